import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("how a backup lies on a target", .scratch)
struct CopyFormTests {
  private let source = ScratchDirectory.path + "/source"
  private let foreign = TargetAbilities(links: false, keepsMetadata: false)

  init() throws { try makeFolder(ScratchDirectory.path + "/source") }

  private func form(isTree: Bool = false, _ abilities: TargetAbilities? = nil) throws -> CopyForm {
    try CopyForm.of(source, isTree: isTree, on: abilities ?? foreign)
  }

  @Test func `is what it is where that is kept, links or not`() throws {
    for isTree in [true, false] {
      #expect(try form(isTree: isTree, TargetAbilities()) == .whole)
      #expect(try form(isTree: isTree, TargetAbilities(links: false)) == .whole)
    }
  }

  @Test func `is an archive for files of a machine, and plain for a folder of dumps`() throws {
    try write("x", to: "\(source)/shop-20231114-22h13m20.sql.gz")
    #expect(try form(isTree: true) == .archive)
    #expect(try form() == .plain)
  }

  @Test(arguments: [
    ("a:b.sql.gz", CopyForm.archive), ("a?b", .archive), ("dot.", .archive), ("blank ", .archive),
    ("é.sql.gz", .archive), ("new\nline", .archive), ("a\\b", .archive), ("%2F.sql.gz", .plain),
    ("b c", .plain), ("SHOP", .archive),
  ])
  func `is an archive for dumps whose names the target may not take`(
    _ name: String, _ expected: CopyForm
  ) throws {
    try write("x", to: "\(source)/shop")
    try write("x", to: "\(source)/\(name)")
    #expect(try form() == expected)
  }

  @Test func `is an archive for what is more than files, and for files too large for FAT`()
    async throws
  {
    try write("x", to: "\(source)/shop")
    #expect(try await program(["truncate", "-s", "4294967296", "\(source)/large"]).status == 0)
    #expect(try form() == .archive)
    #expect(try await program(["truncate", "-s", "4294967295", "\(source)/large"]).status == 0)
    #expect(try form() == .plain)
    try makeFolder("\(source)/folder")
    #expect(try form() == .archive)
  }

  @Test(arguments: LoopDisk.FileSystem.allCases)
  func `goes by what the disk was found to keep, and nothing is left of finding out`(
    _ type: LoopDisk.FileSystem
  ) async throws {
    try await LoopDisk.mounted("\(ScratchDirectory.path)/usb", as: type) { disk in
      let before = names(disk.folder)
      let abilities = try TargetAbilities.probe(disk.folder)
      #expect(
        abilities == TargetAbilities(links: type.isOfUnix, keepsMetadata: type.isOfUnix))
      #expect(TargetAbilities.guess(disk.folder) == abilities)
      #expect(names(disk.folder) == before)
    }
  }
}
