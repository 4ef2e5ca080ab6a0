import BackupDrivers
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What a real sshd that does not let us in, or a login without rsync, makes of a backup.
@Suite(.scratch, .timeLimit(.minutes(2)))
struct RsyncOverSSHFailureTests {
  @Test func `an unknown host key is refused when keys must be known`() async throws {
    let (machine, server) = try await start()
    let section = try machine.section(server, "host_key_checking = yes")
    try await expect(
      section, machine, "Host key verification failed.", "Log in once by hand")
    #expect(!FileManager.default.fileExists(atPath: server.knownHosts))
  }

  @Test(arguments: ["accept-new", "yes"])
  func `a host key that has changed is refused`(_ checking: String) async throws {
    let (machine, server) = try await start()
    let other = try String(contentsOfFile: server.key + ".pub", encoding: .utf8)
    let known = "[127.0.0.1]:\(server.port) \(other)"
    try write(known, to: server.knownHosts)
    let section = try machine.section(server, "host_key_checking = \(checking)")
    try await expect(
      section, machine, "Host key verification failed.",
      "If the machine was really reinstalled")
    #expect(try String(contentsOfFile: server.knownHosts, encoding: .utf8) == known)
  }

  @Test func `a key that the server does not know is refused, though others would do`()
    async throws
  {
    let (machine, server) = try await start()
    let key = "\(machine.folder)/other_ed25519"
    let made = try await program(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
    try #require(made.status == 0)
    let section = try machine.section(server, "private_key = \(key)")
    try await expect(
      section, machine, "Permission denied (publickey).", "The server refuses the key")
  }

  @Test func `a key file that is not there is named`() async throws {
    let (machine, server) = try await start()
    let section = try machine.section(server, "private_key = \(machine.folder)/none")
    try await expect(section, machine, "Permission denied (publickey).", "private_key")
  }

  @Test func `a key file that others may read is not used`() async throws {
    let (machine, server) = try await start()
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: server.key)
    try await expect(
      machine.section(server), machine, "Permission denied (publickey).", "Run 'chmod 600'")
  }

  @Test func `a port that nobody listens on is told as such`() async throws {
    let (machine, server) = try await start()
    let section = try machine.section(server, "ssh_port = \(try freePort())")
    try await expect(section, machine, "Connection refused", "No ssh server answers there")
  }

  @Test func `a server that never answers is given up after connect_timeout`() async throws {
    let (machine, server) = try await start()
    let silent = try SilentServer()
    let section = try machine.section(
      server, "ssh_port = \(silent.port)\nconnect_timeout = 1")
    try await expect(section, machine, "timed out", "The machine does not answer")
  }

  @Test func `a folder that is not there is told as such`() async throws {
    let (machine, server) = try await start()
    let section = try machine.section(server, "remote_dir = \(machine.folder)/nowhere")
    let error = await machine.failure(section)
    #expect(error?.message.text.contains("rsync exit 23, nothing could be copied") == true)
    #expect(error?.hint?.text.hasPrefix("Does remote_dir exist there") == true)
  }

  private func start() async throws -> (RemoteMachine, SSHServer) {
    let machine = try RemoteMachine()
    return (machine, try await SSHServer.start(in: machine.folder))
  }

  /// A backup and a login test fail alike, with ssh's own words and a cure; what the other side
  /// refuses is not tried again.
  private func expect(
    _ section: Section, _ machine: RemoteMachine, _ words: String, _ cure: String,
    at location: SourceLocation = #_sourceLocation
  ) async throws {
    let login = await #expect(throws: BackupError.self, sourceLocation: location) {
      _ = try await RsyncSSH(section).testConnection(using: World.live { _ in })
    }
    for error in [await machine.failure(section), login] {
      let text = error?.message.text ?? ""
      let isUnreachable = ["Connection refused", "timed out"].contains(words)
      #expect(
        error?.code == (isUnreachable ? .transport : .refused), sourceLocation: location)
      // Which of the two rsync ends with depends on whether it or ssh is the faster.
      let ends = [12, 255].map { "section [web1]: rsync exit \($0), " }
      #expect(ends.contains(where: text.hasPrefix), "\(text)", sourceLocation: location)
      #expect(text.contains(words), "\(text)", sourceLocation: location)
      let hint = error?.hint?.text ?? ""
      #expect(hint.hasPrefix(cure), "\(hint) for \(text)", sourceLocation: location)
    }
    #expect(try machine.names("\(machine.folder)/backups") == [], sourceLocation: location)
  }
}
