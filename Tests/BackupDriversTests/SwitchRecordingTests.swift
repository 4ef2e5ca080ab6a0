import BackupDrivers
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Dialogues of all models as their switches hold them: files `model#case#kind` in `Switches`.
///
/// Kinds: `dialogue`, a ``SwitchScript``, or `pages`, ``ScriptedPages``; `log`, the state and the log of
/// the run, or its error; and `configuration`, what is kept, of a run that is no failure: the text, or
/// hexadecimal digits of what came by pages. A new case needs no code.
@Suite(.scratch, .timeLimit(.minutes(3)))
struct SwitchRecordingTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Switches").path

  /// A case of a model, as the names of its files say it.
  struct Recording: CustomTestStringConvertible {
    let model: String
    let name: String
    /// Whether it is one of pages.
    let isPages: Bool

    var testDescription: String { "\(model)#\(name)" }
    func path(_ kind: String) -> String { "\(folder)/\(model)#\(name)#\(kind)" }

    /// A question is only known as such when nothing else comes for a while.
    var connectTimeout: String { name == "question" ? "3s" : "20s" }
  }

  static let recordings = names(folder).compactMap { file -> Recording? in
    let words = file.split(separator: "#").map(String.init)
    return words.count == 3 && ["dialogue", "pages"].contains(words[2])
      ? Recording(model: words[0], name: words[1], isPages: words[2] == "pages") : nil
  }

  @Test func `every file belongs to a dialogue, and has a kind that is read`() {
    for file in names(Self.folder) {
      let words = file.split(separator: "#").map(String.init)
      #expect(words.count == 3, "\(file)")
      #expect(["dialogue", "pages", "log", "configuration"].contains(words.last), "\(file)")
      #expect(Self.recordings.contains { file.hasPrefix("\($0.model)#\($0.name)#") }, "\(file)")
    }
  }

  @Test func `every model with a command line has every kind of case`() {
    let cases = ["good", "pages", "wrong password", "truncated", "question", "unknown command"]
    for model in SwitchModels.builtIn where model.page == nil {
      let known = Self.recordings.filter { $0.model == model.name }.map(\.name)
      for name in cases { #expect(known.contains(name), "\(model.name)#\(name)") }
    }
  }

  @Test func `every model with pages has every kind of case`() {
    let cases = ["good", "wrong password", "truncated", "session over", "unknown command"]
    for model in SwitchModels.builtIn where model.page != nil {
      let known = Self.recordings.filter { $0.model == model.name && $0.isPages }.map(\.name)
      for name in cases { #expect(known.contains(name), "\(model.name)#\(name)") }
    }
  }

  @Test(arguments: recordings.filter(\.isPages))
  func `recorded pages are asked for word by word, and come to what is recorded`(
    _ recording: Recording
  ) async throws {
    let site = SwitchSite()
    let pages = try await ScriptedPages.start(in: site.folder, recording.path("pages"))
    let section = try site.section(
      """
      type = switch
      server_name = sw1.example.com
      switch_ip = 127.0.0.1
      switch_type = \(recording.model)
      switch_port = \(pages.port)
      switch_user = admin
      switch_password = s3cret-login
      """)
    let result = await outcome(section, site).replacing(
      "127.0.0.1:\(pages.port)", with: "{switch}")
    #expect(try result == text(recording.path("log")))
    #expect(try pages.faults == [])
    let isKept = exists(recording.path("configuration"))
    #expect(exists(site.path("new.txt")) == isKept)
    if isKept {
      let digits = try bytes(site.path("new.txt"))
        .map { String(0x100 + Int($0), radix: 16).dropFirst() }.joined()
      #expect(try digits + "\n" == text(recording.path("configuration")))
    }
  }

  @Test(arguments: [
    "> PUT /form\n< 200", "> POST /form\n", "< 200\n", "> POST /form\n< 200\nwhatever",
    "> POST /form\n< 200\n< x 0",
  ])
  func `a recording of pages that is not well formed fails`(_ recording: String) async throws {
    let file = try write(recording, to: "\(ScratchDirectory.path)/bad")
    await #expect(throws: (any Error).self) {
      try await ScriptedPages.start(in: ScratchDirectory.path, file)
    }
  }

  @Test func `pages that are asked for otherwise, too often or never are told`() async throws {
    let site = SwitchSite()
    let file = try write(
      "> POST /one\n> = a=1\n< 200\n\n> GET /two\n> Referer: /one\n< 200\n",
      to: "\(site.folder)/recording")
    let pages = try await ScriptedPages.start(in: site.folder, file)
    #expect(try pages.faults == ["never asked: POST /one", "never asked: GET /two"])
    func ask(_ words: String...) async throws {
      _ = try await program(["curl", "-q", "-s"] + words)
    }
    try await ask("-d", "a=2", "http://127.0.0.1:\(pages.port)/one")
    #expect(try pages.faults == ["said 'a=2', recorded 'a=1'", "never asked: GET /two"])
    try await ask("-e", "http://127.0.0.1/none", "http://127.0.0.1:\(pages.port)/three")
    try await ask("http://127.0.0.1:\(pages.port)/two")
    #expect(
      try pages.faults == [
        "said 'a=2', recorded 'a=1'", "asked ('GET', '/three'), recorded ('GET', '/two')",
        "Referer is '/none', recorded '/one'", "asked too much: GET /two",
      ])
  }

  @Test(arguments: recordings.filter { !$0.isPages })
  func `a recorded dialogue is held word by word, and comes to what is recorded`(
    _ recording: Recording
  ) async throws {
    let model = try #require(SwitchModels.builtIn.first { $0.name == recording.model })
    let site = SwitchSite()
    let server = model.transport == .ssh ? try await SSHServer.start(in: site.folder) : nil
    let script = try SwitchScript(
      parsing: text(recording.path("dialogue")).replacing("{user}", with: server?.user ?? "admin"))
    let device = try ScriptedSwitch(script, isTelnet: server == nil)
    let section = try site.section(try lines(recording, server, device))
    let (result, expected) = (await outcome(section, site), try text(recording.path("log")))
    #expect(result == expected)
    let faults = await device.faults()
    #expect(faults == [])
    #expect(device.sessions == 1)
    let isKept = exists(recording.path("configuration"))
    #expect(exists(site.path("new.txt")) == isKept)
    if isKept {
      let kept = try text(site.path("new.txt"))
      let expected = try text(recording.path("configuration"))
      #expect(kept == expected)
    }
  }

  /// What a run comes to, as the files of kind `log` have it.
  private func outcome(_ section: Section, _ site: SwitchSite) async -> String {
    do {
      let outcome = try await site.backUp(section)
      return "\(outcome.status.catalogText)\n\(outcome.log)\n"
    } catch {
      return "\(error)\n"
    }
  }

  /// Telnet straight to it; ssh by a real sshd that runs nothing but the way to it, on a terminal.
  private func lines(
    _ recording: Recording, _ server: SSHServer?, _ device: ScriptedSwitch
  ) throws -> String {
    let common = """
      type = switch
      server_name = sw1.example.com
      switch_ip = 127.0.0.1
      switch_type = \(recording.model)
      switch_password = s3cret-login
      switch_enable_password = s3cret-enable
      connect_timeout = \(recording.connectTimeout)

      """
    guard let server else {
      return common + "switch_user = admin\nswitch_port = \(device.port)"
    }
    let keys = "\(ScratchDirectory.path)/authorized_keys"
    let command = "socat STDIO,raw,echo=0 TCP:127.0.0.1:\(device.port)"
    try write("command=\"\(command)\" \(try text(keys))", to: keys)
    return common
      + """
      switch_user = \(server.user)
      switch_port = \(server.port)
      private_key = \(server.key)
      ssh_options = UserKnownHostsFile=\(server.knownHosts)
      """
  }
}
