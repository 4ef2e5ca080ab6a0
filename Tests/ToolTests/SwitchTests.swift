import Foundation
import TISBackupTestSupport
import Testing

@Suite("switches, from the ini to the check", .scratch, .timeLimit(.minutes(5)))
struct SwitchTests {
  private let folder = ScratchDirectory.path
  private var base: String { "\(folder)/base" }
  private var ini: String { "\(folder)/tisbackup-config.ini" }

  private func configure(_ section: String, global: String = "") throws {
    try makeFolder(base)
    try write(
      """
      [global]
      backup_base_dir = \(base)
      backup_retention_time = 30
      maximum_backup_age = 30
      \(global)
      [sw1]
      \(section)
      """, to: ini)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: ini)
  }

  private func run(_ arguments: String...) async throws -> ToolResult {
    try await tool("tisbackup-run", ["-c", ini] + arguments)
  }

  private func rows(_ columns: String) async throws -> [String] {
    try await sqlite("\(base)/log/tisbackup.sqlite", "SELECT \(columns) FROM stats ORDER BY rowid")
  }

  @Test("a switch is tried, shown, kept, kept again, compared, proven and checked")
  func life() async throws {
    let router = try await FRRouter.start(in: folder)
    try configure(router.iniLines)
    let sound = try await run("--check-config")
    #expect(sound.status == 0, "\(sound.stdout)")
    let tried = try await run("--test-connection")
    #expect(tried.status == 0 && tried.stdout.contains("its prompt is 'sw1#'"), "\(tried.stdout)")
    let shown = try await run("--dry-run")
    #expect(shown.stdout.contains(" telnet://127.0.0.1:\(router.port)\n"), "\(shown.stdout)")
    #expect(names(base) == [])

    let secrets = [FRRouter.password, FRRouter.enablePassword]
    let first = try await SecretWatch.leaks(of: secrets) { try await run() }
    #expect(first.result.status == 0, "\(first.result.stderr)")
    #expect(first.leaks == [])
    let second = try await run()
    #expect(second.status == 0, "\(second.stderr)")
    router.server.stop()
    let other = try await FRRouter.start(in: folder, lines: FRRouter.accessList(2))
    try configure(other.iniLines)
    let third = try await run()
    #expect(third.status == 0, "\(third.stderr)")

    let logs = try await rows("replace(log, char(10), '|')")
    #expect(logs.count == 3)
    #expect(logs[0].hasPrefix("first configuration, 20 lines|"))
    #expect(logs[1].hasPrefix("unchanged since "))
    #expect(logs[2].hasPrefix("changed: 2 lines added, 0 removed|@@ "))
    #expect(logs[2].contains("|+access-list many seq 5 permit 192.0.2.1/32|"))
    for text in logs + [first.result.stderr, second.stderr, third.stderr] {
      #expect(secrets.allSatisfy { !text.contains($0) }, "\(text)")
    }
    let places = try await rows("backup_location")
    #expect(try facts(places[0]).inode == facts(places[1]).inode)
    #expect(try facts(places[2]).mode == 0o600 && facts(places[0]).links == 2)
    #expect(places.allSatisfy { $0.hasPrefix("\(base)/sw1/sw1-") && $0.hasSuffix(".txt") })
    #expect(try await rows("status, written_bytes > 0") == ["OK|1", "OK|0", "OK|1"])

    let proven = try await tool("tisbackup-verify", ["-c", ini, "--all"])
    #expect(proven.status == 0, "\(proven.stdout)\(proven.stderr)")
    let check = try await tool("check_tisbackup", ["-f", ini, "-t", "60"])
    #expect(check.status == 0, "\(check.stdout)")
    try write(try text(places[2]).replacing("\nend\n", with: "\n"), to: places[2])
    let bad = try await tool("tisbackup-verify", ["-c", ini])
    #expect(bad.status == 2, "\(bad.stdout)")
  }

  @Test("a refused login is an error with its cure, and leaves nothing")
  func refused() async throws {
    let router = try await FRRouter.start(in: folder)
    try configure(
      router.iniLines.replacing(
        "switch_password = \(FRRouter.password)", with: "switch_password = s3cret-no"))
    let result = try await run()
    #expect(result.status == 2)
    #expect(result.stderr.contains("refuses the login"))
    #expect(result.stderr.contains("HINT: Check switch_user and switch_password."))
    #expect(!result.stderr.contains("s3cret"))
    #expect(try await rows("status, backup_location IS NULL") == ["ERROR|1"])
    #expect(names("\(base)/sw1").filter { !$0.hasPrefix(".") } == [])
  }

  @Test("--check-config names an unknown switch and each mistake of a model file")
  func mistakes() async throws {
    let models = "\(folder)/models"
    try makeFolder(models)
    try write(
      "[model]\nlike = CISCO\npromts = \"*>\"\nminimum_lines = no\n", to: "\(models)/MINE.ini")
    try configure(
      "type = switch\nserver_name = sw1\nswitch_ip = 192.0.2.2\nswitch_type = CISKO",
      global: "switch_models = \(models)")
    let result = try await run("--check-config")
    #expect(result.status == 2)
    for words in [
      "error: \(ini):10: section [sw1] key 'switch_type': 'CISKO' is unknown; Did you mean 'CISCO'?",
      "warning: \(models)/MINE.ini:3: section [model]: unknown key 'promts'; Did you mean 'prompts'?",
      "error: \(models)/MINE.ini:4: section [model]: key 'minimum_lines': 'no' is not a whole number",
    ] {
      #expect(result.stdout.contains(words), "\(result.stdout)")
    }
    let failed = try await run()
    #expect(failed.status == 2 && failed.stderr.contains("'CISKO' is unknown"), "\(failed.stderr)")
  }

  @Test("a run that is killed leaves no session on the switch, and no program")
  func killed() async throws {
    for seconds in [3.0, 10, 40] {
      let device = try ScriptedSwitch(
        SwitchScript(parsing: "<Username: \n>admin\n|admin\n|please wait"), isTelnet: true)
      try configure(
        """
        type = switch
        server_name = sw1
        switch_ip = 127.0.0.1
        switch_type = CISCO
        switch_port = \(device.port)
        switch_user = admin
        switch_password = x
        connect_timeout = 2m
        """)
      _ = try await KilledProgram.run(
        [toolPath("tisbackup-run"), "-c", ini], seconds: seconds, output: "\(folder)/output")
      let faults = await device.faults()
      // A busy machine may not get so far; then it is given more time.
      if device.sessions == 0 || faults.contains(where: { $0.contains("never heard") }) { continue }
      #expect(faults == [])
      let running = try await program(["pgrep", "-f", "telnet://127.0.0.1:\(device.port)"])
      #expect(running.stdout == "")
      return
    }
    Issue.record("the switch was never reached")
  }
}
