import BackupDrivers
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Backups over a real sshd on the loopback address.
@Suite(.scratch, .timeLimit(.minutes(2)))
struct RsyncOverSSHTests {
  @Test(arguments: [
    "plain", "a b", "it's", "\"q\"", "$HOME", "$(touch pwned)", "`id`", "a;b", "a&b", "-e", "~",
    "é", "a\\b", "#x", "a  b",
  ])
  func `a folder of any name is copied, and no shell sees its name`(_ name: String) async throws {
    let machine = try RemoteMachine("source/" + name)
    let server = try await SSHServer.start(in: machine.folder)
    for lines in ["", "protect_args = no"] {
      let outcome = try await machine.backUp(machine.section(server, lines))
      #expect(outcome.status == .ok)
      #expect(outcome.files == 3)
    }
    #expect(try await machine.contents(machine.backup()) == machine.contents(machine.source))
    let found = try await RsyncSSH(machine.section(server)).testConnection(
      using: World.live { _ in })
    #expect(found.count == 2)
    #expect(found.last == "\(machine.source) can be read")
    #expect(!FileManager.default.fileExists(atPath: NSHomeDirectory() + "/pwned"))
  }

  @Test func `a key under a name with blanks and quotes logs in`() async throws {
    let machine = try RemoteMachine()
    let server = try await SSHServer.start(in: machine.folder)
    let key = "\(machine.folder)/the backup's \"key\""
    try FileManager.default.copyItem(atPath: server.key, toPath: key)
    let outcome = try await machine.backUp(machine.section(server, "private_key = \(key)"))
    #expect(outcome.status == .ok)
  }

  @Test func `an unchanged file is the same on the disk, a changed one is new`() async throws {
    let machine = try RemoteMachine()
    let server = try await SSHServer.start(in: machine.folder)
    let section = try machine.section(server)
    _ = try await machine.backUp(section, as: "first")
    try write("changed\n", to: "\(machine.source)/two.txt", mode: 0o644)
    let outcome = try await machine.backUp(section, as: "second", linkingTo: ["first"])
    #expect(outcome.writtenFiles == 1)
    let (first, second) = (machine.backup("first"), machine.backup("second"))
    #expect(try machine.inode("\(first)/one.txt") == machine.inode("\(second)/one.txt"))
    #expect(try machine.inode("\(first)/two.txt") != machine.inode("\(second)/two.txt"))
  }

  @Test func `links, modes and hard links are kept`() async throws {
    let machine = try RemoteMachine()
    let manager = FileManager.default
    try manager.createSymbolicLink(
      atPath: "\(machine.source)/link", withDestinationPath: "one.txt")
    try manager.linkItem(atPath: "\(machine.source)/one.txt", toPath: "\(machine.source)/hard")
    try manager.setAttributes(
      [.posixPermissions: 0o4711], ofItemAtPath: "\(machine.source)/two.txt")
    let server = try await SSHServer.start(in: machine.folder)
    _ = try await machine.backUp(machine.section(server))
    let backup = machine.backup()
    #expect(try manager.destinationOfSymbolicLink(atPath: "\(backup)/link") == "one.txt")
    #expect(try machine.inode("\(backup)/one.txt") == machine.inode("\(backup)/hard"))
    #expect(
      try manager.attributesOfItem(atPath: "\(backup)/two.txt")[.posixPermissions] as? Int
        == 0o4711)
  }

  @Test func `a host key is remembered at the first login and accepted at the next`()
    async throws
  {
    let machine = try RemoteMachine()
    let server = try await SSHServer.start(in: machine.folder)
    _ = try await machine.backUp(machine.section(server))
    // Debian's ssh hashes the names in that file.
    let found = try await program([
      "ssh-keygen", "-F", "[127.0.0.1]:\(server.port)", "-f", server.knownHosts,
    ])
    #expect(found.status == 0)
    #expect(found.stdout.contains(" ssh-ed25519 "))
    let strict = try machine.section(server, "host_key_checking = yes")
    #expect(try await machine.backUp(strict).status == .ok)
  }
}
