import BackupDrivers
import Foundation
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What the driver makes of what a switch said, whatever its model.
@Suite(.scratch, .timeLimit(.minutes(2)))
struct SwitchRunTests {
  private let site = SwitchSite()

  /// A switch without a login that shows these lines, and a section that reaches it.
  private func start(_ lines: [String], end: String = "hangup") async throws -> (
    ScriptedSwitch, Section
  ) {
    let shown = lines.map { "|\($0)" }.joined(separator: "\n")
    let device = try ScriptedSwitch(
      SwitchScript(
        parsing: """
          <sw1#
          >
          <\\r\\nsw1#
          >show configuration
          |show configuration
          \(shown)
          <sw1#
          >exit
          \(end)
          """), isTelnet: true)
    let models = site.path("models")
    try makeFolder(models)
    try write(
      """
      [model]
      commands = show configuration
      minimum_lines = 1
      goodbye = exit
      """, to: "\(models)/PLAIN.ini")
    let section = try site.section(
      """
      type = switch
      server_name = sw1.example.com
      switch_ip = 127.0.0.1
      switch_type = PLAIN
      switch_port = \(device.port)
      """, global: "switch_models = \(models)")
    return (device, section)
  }

  private func backUp(_ lines: [String], as name: String, after last: String? = nil) async throws
    -> Outcome
  {
    let (device, section) = try await start(lines)
    let outcome = try await site.backUp(section, as: name, after: last)
    let faults = await device.faults()
    #expect(faults == [])
    return outcome
  }

  @Test func `less than half, with nothing to mark its end, is a warning until it is seen again`()
    async throws
  {
    let lines = (1...10).map { "line \($0)" }
    let (one, two) = ("sw1-20261124-01h02m03.txt", "sw1-20261125-01h02m03.txt")
    #expect(try await backUp(lines, as: one).status == .ok)
    let first = try await backUp(Array(lines.prefix(4)), as: two, after: one)
    #expect(first.status == .warning)
    #expect(
      first.log.hasPrefix(
        "changed: 0 lines added, 6 removed; less than half is left, and nothing marks its end\n"))
    // It is no good backup, so the next one is compared with the older one again.
    let second = try await backUp(
      Array(lines.prefix(4)), as: "sw1-20261126-01h02m03.txt", after: one)
    #expect(second.status == .ok)
  }

  @Test func `half of it is no reason to doubt`() async throws {
    _ = try await backUp(["a", "b", "c", "d"], as: "one.txt")
    #expect(try await backUp(["a", "b"], as: "two.txt", after: "one.txt").status == .ok)
  }

  @Test func `an answer that is empty is no configuration`() async throws {
    let (device, section) = try await start(["", ""])
    let error = await site.failure(section)
    let faults = await device.faults()
    #expect(faults == [])
    #expect(
      error?.message.text
        == "section [sw1]: 'show configuration' gave 0 lines, and no configuration has less than 1")
  }

  @Test func `where a file cannot be linked, an unchanged one is written anew`() async throws {
    // A disk of its own on every Linux.
    let elsewhere = "/dev/shm/tisbackup-\(UUID().uuidString).txt"
    try write("a\nb\n", to: elsewhere)
    defer { unlink(elsewhere) }
    let outcome = try await backUp(["a", "b"], as: "two.txt", after: elsewhere)
    #expect(outcome.log.hasPrefix("unchanged since "))
    #expect(outcome.writtenBytes == 4 && outcome.writtenFiles == 1)
    #expect(try text(site.path("two.txt")) == "a\nb\n")
  }

  @Test func `a file is its owner's alone`() async throws {
    _ = try await backUp(["a"], as: "one.txt")
    let listed = try await program(["stat", "-c", "%a", site.path("one.txt")])
    #expect(listed.stdout == "600\n")
  }

  @Test(arguments: [("|% Login invalid\n<Username: ", 1), ("hangup", 3)])
  func `a cut connection is tried again, a refused login is not`(_ end: String, _ sessions: Int)
    async throws
  {
    let device = try ScriptedSwitch(
      SwitchScript(
        parsing: end == "hangup"
          ? "|All lines are busy\nhangup" : "<Username: \n>admin\n<Password: \n>s3cret\n\(end)"),
      isTelnet: true)
    let section = try site.section(
      """
      type = switch
      server_name = sw1.example.com
      switch_ip = 127.0.0.1
      switch_type = CISCO
      switch_port = \(device.port)
      switch_user = admin
      switch_password = s3cret
      """)
    let notes = Mutex<[String]>([])
    var world = World.live { note in notes.withLock { $0.append(note.text) } }
    world.sleep = { _ in }
    _ = await site.failure(section, retries: 2, using: world)
    let faults = await device.faults()
    #expect(faults == [])
    #expect(device.sessions == sessions)
    let said = notes.withLock(\.self)
    #expect(said.count { $0.contains("tries again") } == sessions - 1)
    #expect(!said.contains { $0.contains("s3cret") })
  }

  @Test func `a dry run shows how the switch is reached, and nothing secret`() throws {
    let section = try site.section(
      """
      type = switch
      server_name = sw1.example.com
      switch_ip = 2001:db8::7
      switch_type = cisco
      switch_password = s3cret
      """)
    let shown = try Switch(section).preview(into: .first).map(\.redacted)
    #expect(
      shown == [
        "curl -q --silent --show-error --no-progress-meter --no-buffer --noproxy '*' --connect-timeout 15 --upload-file . --output - 'telnet://[2001:db8::7]:23'"
      ])
  }

  @Test(arguments: [
    ("switch_type = CISCO\nswitch_transport = http", "'http' is not for a CISCO"),
    ("switch_type = DLINK-DGS1210\nswitch_transport = ssh", "'ssh' is not for a DLINK-DGS1210"),
  ])
  func `a way that a model does not know is refused`(_ lines: String, _ words: String) throws {
    let section = try site.section(
      "type = switch\nserver_name = sw1\nswitch_ip = 192.0.2.2\n\(lines)")
    let error = #expect(throws: BackupError.self) { try Switch(section) }
    #expect(
      error?.message.text
        == "tisbackup-config.ini:11: section [sw1] key 'switch_transport': \(words)")
    #expect(error?.hint != nil)
  }
}
