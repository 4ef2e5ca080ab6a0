import BackupDrivers
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What a real daemon that does not give us a backup makes of it.
@Suite(.scratch, .timeLimit(.minutes(2)))
struct RsyncDaemonFailureTests {
  /// What is wrong with the section, and what is said and advised.
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var line: String
    var message: String
    var hint: String
  }

  @Test(arguments: [
    Case(
      testDescription: "a wrong password", line: "password_file = SCRATCH/wrong",
      message: "rsync exit 5, the daemon refused: @ERROR: auth failed on module data",
      hint: "Compare remote_user and password_file"),
    Case(
      testDescription: "an unknown login", line: "remote_user = nobody-here",
      message: "rsync exit 5, the daemon refused: @ERROR: auth failed on module data",
      hint: "Compare remote_user and password_file"),
    Case(
      testDescription: "an unknown module", line: "rsync_module = other",
      message: "rsync exit 5, the daemon refused: @ERROR: Unknown module 'other'",
      hint: "Compare rsync_module"),
    Case(
      testDescription: "a password that everybody may read", line: "password_file = SCRATCH/open",
      message: "password file must not be other-accessible",
      hint: "password_file must exist and be its owner's alone"),
    Case(
      testDescription: "a password file that is not there", line: "password_file = SCRATCH/none",
      message: "SCRATCH/none", hint: "password_file must exist and be its owner's alone"),
    Case(
      testDescription: "a missing folder", line: "remote_dir = /nowhere",
      message: "rsync exit 23, ", hint: "Does remote_dir exist there"),
    Case(
      testDescription: "a folder that the daemon may not read", line: "remote_dir = /locked",
      message: "rsync exit 23, ", hint: "Does remote_dir exist there"),
    Case(
      testDescription: "a port that nobody listens on", line: "rsync_port = FREE",
      message:
        "rsync exit 10, the daemon could not be reached: rsync: [Receiver] failed to connect",
      hint: "Does 'rsync --daemon' run there?"),
  ])
  func `the trouble is named, by a backup as by a login test, and nothing is said to be kept`(
    _ trouble: Case
  ) async throws {
    let machine = try RemoteMachine()
    let scratch = machine.folder
    try write("wrong\n", to: "\(scratch)/wrong")
    try write(RsyncDaemon.password + "\n", to: "\(scratch)/open", mode: 0o644)
    try write("x\n", to: try RemoteMachine("source/locked").source + "/x")
    let daemon = try await RsyncDaemon.start(
      serving: machine.source, in: scratch, unprivileged: true)
    _ = try await program(["chmod", "0", "\(machine.source)/locked"])
    let line = trouble.line.replacing("SCRATCH", with: scratch)
      .replacing("FREE", with: "\(try freePort())")
    let section = try machine.section(daemon, line)
    let login = await #expect(throws: BackupError.self) {
      _ = try await Rsync(section).testConnection(using: World.live { _ in })
    }
    for error in [await machine.failure(section), login] {
      let text = error?.message.text ?? ""
      #expect(text.hasPrefix("section [web1]: rsync exit "))
      #expect(text.contains(trouble.message.replacing("SCRATCH", with: scratch)), "\(text)")
      #expect(error?.hint?.text.hasPrefix(trouble.hint) == true, "\(error?.hint?.text ?? "")")
      #expect(!text.contains(RsyncDaemon.password))
    }
    _ = try await program(["chmod", "700", "\(machine.source)/locked"])
  }

  @Test func `a daemon that falls silent is given up after idle_timeout`() async throws {
    let machine = try RemoteMachine()
    let silent = try SilentServer()
    let section = try Section.rsync(
      """
      server_name = 127.0.0.1
      rsync_port = \(silent.port)
      password_file = \(try write("x\n", to: "\(machine.folder)/password"))
      idle_timeout = 1
      """)
    let error = await machine.failure(section)
    #expect(error?.code == .transport)
    #expect(
      error?.message.text.hasPrefix(
        "section [web1]: rsync exit 30, no data came for idle_timeout") == true)
    #expect(error?.hint?.text.contains("raise 'idle_timeout'") == true)
  }

  @Test func `a run that takes longer than its limit is ended`() async throws {
    let machine = try RemoteMachine()
    let silent = try SilentServer()
    let section = try Section.rsync(
      """
      server_name = 127.0.0.1
      rsync_port = \(silent.port)
      password_file = \(try write("x\n", to: "\(machine.folder)/password"))
      timeout = 1
      """)
    let error = await machine.failure(section)
    #expect(
      error?.message.text
        == "section [web1]: rsync was ended when the run had taken its timeout of 1s")
  }

  @Test func `a daemon that lets us in says so, and nothing is copied`() async throws {
    let machine = try RemoteMachine()
    let daemon = try await RsyncDaemon.start(serving: machine.source, in: machine.folder)
    let driver = try Rsync(machine.section(daemon))
    let found = try await driver.testConnection(using: World.live { _ in })
    #expect(found == ["the daemon lets us in and lists backup@127.0.0.1::data/"])
    #expect(try machine.names("\(machine.folder)/backups") == [])
  }
}
