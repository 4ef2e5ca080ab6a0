import BackupDrivers
import Foundation
import Glibc
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Backups over a real rsync daemon that asks for a password.
@Suite(.scratch)
struct RsyncDaemonTests {
  @Test func `a good copy has all files, and its figures`() async throws {
    let machine = try RemoteMachine()
    let daemon = try await RsyncDaemon.start(serving: machine.source, in: machine.folder)
    let outcome = try await machine.backUp(machine.section(daemon))
    #expect(outcome.status == .ok)
    #expect(outcome.files == 3)
    #expect(outcome.writtenFiles == 2)
    #expect(outcome.bytes == 8)
    #expect(outcome.writtenBytes == 8)
    #expect(try await machine.contents(machine.backup()) == machine.contents(machine.source))
  }

  @Test func `an unchanged file is the same on the disk, a changed one is new`() async throws {
    let machine = try RemoteMachine()
    let daemon = try await RsyncDaemon.start(serving: machine.source, in: machine.folder)
    let section = try machine.section(daemon)
    _ = try await machine.backUp(section, as: "first")
    try write("changed\n", to: "\(machine.source)/two.txt", mode: 0o644)
    let outcome = try await machine.backUp(section, as: "second", linkingTo: ["first"])
    #expect(outcome.writtenFiles == 1)
    #expect(outcome.writtenBytes == 8)
    #expect(outcome.bytes == 12)
    let (first, second) = (machine.backup("first"), machine.backup("second"))
    #expect(try machine.inode("\(first)/one.txt") == machine.inode("\(second)/one.txt"))
    #expect(try machine.inode("\(first)/two.txt") != machine.inode("\(second)/two.txt"))
    #expect(try String(contentsOfFile: "\(first)/two.txt", encoding: .utf8) == "two\n")
  }

  @Test func `names of every kind arrive byte by byte`() async throws {
    let machine = try RemoteMachine()
    for name in Self.oddNames { try make(name, in: machine.source) }
    let daemon = try await RsyncDaemon.start(serving: machine.source, in: machine.folder)
    let outcome = try await machine.backUp(machine.section(daemon))
    #expect(outcome.status == .ok)
    #expect(outcome.writtenFiles == Int64(2 + Self.oddNames.count))
    #expect(try await machine.contents(machine.backup()) == machine.contents(machine.source))
  }

  @Test(arguments: ["/a b", "/-e", "/it's", "/$(touch pwned)", "/é", "/a'b\"c"])
  func `a folder of any name inside the module is copied`(_ path: String) async throws {
    let machine = try RemoteMachine("source" + path)
    let daemon = try await RsyncDaemon.start(
      serving: "\(machine.folder)/source", in: machine.folder)
    let outcome = try await machine.backUp(machine.section(daemon, "remote_dir = \(path)"))
    #expect(outcome.files == 3)
    #expect(try machine.names(machine.backup()) == ["one.txt", "two.txt"])
  }

  @Test(arguments: [
    (#"exclude_list = "*.tmp""#, ["b.log", "c d", "one.txt", "two.txt"]),
    (#"exclude_list = "*.tmp","c d","/two.txt""#, ["b.log", "one.txt"]),
    ("exclude_list = --exclude=*.tmp --exclude '*.log'", ["c d", "one.txt", "two.txt"]),
    (#"exclude_list = --exclude="c d" --exclude *.txt"#, ["a.tmp", "b.log"]),
    ("exclude_list =", ["a.tmp", "b.log", "c d", "one.txt", "two.txt"]),
  ])
  func `excludes of both dialects leave out what they name`(_ line: String, _ names: [String])
    async throws
  {
    let machine = try RemoteMachine()
    for name in ["a.tmp", "b.log", "c d"] { try make(Array(name.utf8), in: machine.source) }
    let daemon = try await RsyncDaemon.start(serving: machine.source, in: machine.folder)
    _ = try await machine.backUp(machine.section(daemon, line))
    #expect(try machine.names(machine.backup()) == names)
  }

  @Test func `work of an interrupted run is taken up, and what went meanwhile is removed`()
    async throws
  {
    let machine = try RemoteMachine()
    let daemon = try await RsyncDaemon.start(serving: machine.source, in: machine.folder)
    let section = try machine.section(daemon, #"exclude_list = "*.tmp""#)
    _ = try await machine.backUp(section)
    try write("stale\n", to: machine.backup() + "/gone.txt")
    try write("excluded since\n", to: machine.backup() + "/x.tmp")
    let outcome = try await machine.backUp(section)
    #expect(outcome.writtenFiles == 0)
    #expect(try machine.names(machine.backup()) == ["one.txt", "two.txt"])
  }

  @Test func `a file that nobody there can read makes a warning that names it`() async throws {
    let machine = try RemoteMachine()
    try write("secret\n", to: "\(machine.source)/locked.txt", mode: 0o000)
    let daemon = try await RsyncDaemon.start(
      serving: machine.source, in: machine.folder, unprivileged: true)
    let outcome = try await machine.backUp(machine.section(daemon))
    #expect(outcome.status == .warning)
    #expect(outcome.log.contains("1 could not be copied (rsync exit 23):"))
    #expect(outcome.log.contains("locked.txt"))
    #expect(try machine.names(machine.backup()) == ["one.txt", "two.txt"])
    let strict = await machine.failure(try machine.section(daemon, "partial_transfer = error"))
    #expect(strict?.message.text.contains("locked.txt") == true)
  }

  @Test func `a file that vanishes while others are copied is told, and is no trouble`()
    async throws
  {
    let machine = try RemoteMachine()
    try write(String(repeating: "x", count: 1_500_000), to: "\(machine.source)/a.bin")
    let daemon = try await RsyncDaemon.start(serving: machine.source, in: machine.folder)
    let victim = "\(machine.source)/two.txt"
    // The first progress comes while the large file is on its way; two.txt is listed behind it.
    let outcome = try await machine.backUp(machine.section(daemon, "bwlimit = 500")) { _ in
      unlink(victim)
    }
    #expect(outcome.status == .ok)
    #expect(outcome.log.contains("1 vanished while they were copied (rsync exit 24):"))
    #expect(outcome.log.contains("file has vanished: \"two.txt\" (in data)"))
    #expect(try machine.names(machine.backup()) == ["a.bin", "one.txt"])
  }

  /// Bytes of names that shells, terminals and decoders stumble over.
  private static let oddNames: [[UInt8]] =
    [
      "a b", " lead", "trail ", "it's", "\"q\"", "$HOME", "`id`", "a\nb", "a\tb", "a\\b", "*", "?",
      "[x]", "-rf", "--delete", "~", "é", "e\u{301}", "日本", "\u{1b}[31m", "\u{7}", "#x", "a:b",
      ".hidden", "...", "a|b", "&", ";",
    ].map { Array($0.utf8) } + [[0xff], [0x61, 0xe9, 0x62], [0xc3, 0x28], [0xf0, 0x9f]]

  private func make(_ name: [UInt8], in folder: String) throws {
    let path = (Array(folder.utf8) + [0x2f] + name + [0]).map { CChar(bitPattern: $0) }
    let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY, 0o644)
    try #require(descriptor >= 0)
    #expect(Glibc.write(descriptor, path, name.count) == name.count)
    close(descriptor)
  }
}
