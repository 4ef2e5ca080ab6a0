import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("what a copy takes of its target", .scratch)
struct TargetSpaceTests {
  private let source = ScratchDirectory.path + "/source"
  private let older = ScratchDirectory.path + "/older"
  private let block = Int64(4096)

  init() throws { try makeFolder(ScratchDirectory.path + "/source") }

  private func needs(linkedTo older: String? = nil) throws -> CopyNeeds {
    // Less what every generation needs for its folders.
    let needs = try CopyNeeds.of(
      source, linkedTo: older, on: TargetSpace(bytes: 0, block: block))
    return CopyNeeds(bytes: needs.bytes - 2 * block, inodes: needs.inodes - 2)
  }

  @Test(arguments: [(0, 0), (1, 1), (4096, 1), (4097, 2)])
  func `counts whole blocks`(_ size: Int, _ blocks: Int64) throws {
    try write(String(repeating: "x", count: size), to: "\(source)/file")
    #expect(try needs() == CopyNeeds(bytes: blocks * block, inodes: 1))
  }

  @Test func `counts a file with several names once, and every folder and link`() async throws {
    try write("x", to: "\(source)/file")
    try FileManager.default.linkItem(atPath: "\(source)/file", toPath: "\(source)/twin")
    try makeFolder("\(source)/folder")
    try FileManager.default.createSymbolicLink(
      atPath: "\(source)/link", withDestinationPath: "file")
    #expect(try needs() == CopyNeeds(bytes: 3 * block, inodes: 3))
  }

  @Test func `counts no hole`() async throws {
    let result = try await program([
      "sh", "-c", "truncate -s 1G \"$1\" && printf x | dd of=\"$1\" bs=1 seek=5000000 conv=notrunc",
      "sh",
      "\(source)/sparse",
    ])
    #expect(result.status == 0)
    #expect(try needs().bytes <= 16 * block)
  }

  @Test(arguments: [
    ("true", true), ("touch -d '2020-01-01' one", false), ("chmod 640 one", false),
    ("printf longer >one", false), ("rm one", false), ("chown 5:5 one", false),
    ("touch new", true),
  ])
  func `counts nothing that will be linked to the older generation`(
    _ change: String, _ isLinked: Bool
  ) async throws {
    try write("one", to: "\(source)/one")
    #expect(try await program(["cp", "-a", source, older]).status == 0)
    let result = try await program(["sh", "-c", change], workingFolder: older)
    #expect(result.status == 0)
    let expected = isLinked ? CopyNeeds() : CopyNeeds(bytes: block, inodes: 1)
    #expect(try needs(linkedTo: older) == expected)
  }

  @Test func `of one file is that file`() throws {
    try write("12345", to: "\(source)/dump.xva")
    let needs = try CopyNeeds.of(
      "\(source)/dump.xva", linkedTo: nil, on: TargetSpace(bytes: 0, block: 1))
    #expect(needs == CopyNeeds(bytes: 7, inodes: 3))
  }

  @Test func `is asked of the real file system, some of which have no number of inodes`()
    async throws
  {
    for (type, hasInodes) in [(LoopDisk.FileSystem.ext4, true), (.btrfs, false)] {
      try await LoopDisk.mounted("\(ScratchDirectory.path)/\(type)", as: type) { disk in
        let space = try TargetSpace.of(disk.folder)
        #expect(space.bytes > 0 && space.block >= 1024)
        #expect((space.inodes != nil) == hasInodes)
      }
    }
  }
}
