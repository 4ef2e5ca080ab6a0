import BackupProofs
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("a backup as an archive", .scratch)
struct ArchiveTests {
  private let bench: Bench
  private let folder = ScratchDirectory.path + "/parts"

  init() throws {
    bench = try Bench()
    for path in [folder, "\(ScratchDirectory.path)/target"] { try makeFolder(path) }
  }

  private func archive(part: Int64, world: World = exportWorld()) async throws -> [FileSum] {
    let place = "\(bench.base)/web1/\(Bench.name(hours: 1))"
    if !exists(place) { try bench.backup(hours: 1) }
    try write(String(repeating: "x", count: 200_000), to: "\(place)/large")
    var record = BackupRecord(section: "web1", start: Bench.now, status: .ok)
    record.location = place
    let item = ExportPlan.Item(
      section: "web1", server: "", record: record, source: place, folder: folder, generation: "g",
      needs: CopyNeeds(), isThere: false, form: .archive)
    let lock = try #require(try FileLock(path: "\(ScratchDirectory.path)/lock"))
    return try await ArchiveCopy(item: item, lock: lock, world: world, part: part)
      .write(to: folder)
  }

  @Test(arguments: [(65_536, 4), (1 << 20, 1), (1000, 205)] as [(Int64, Int)])
  func `is cut into parts, which are one again when read in the order of their names`(
    _ part: Int64, _ count: Int
  ) async throws {
    let sums = try await archive(part: part)
    let parts = names(folder)
    #expect(abs(parts.count - count) <= 20 && sums.map(\.shownPath) == parts)
    #expect(parts.first == "web1.tar.0000")
    let sizes = try parts.map { try Data(contentsOf: URL(filePath: "\(folder)/\($0)")).count }
    #expect(sizes.dropLast().allSatisfy { $0 == Int(part) })
    let out = "\(ScratchDirectory.path)/out"
    try makeFolder(out)
    let result = try await program(
      ["sh", "-c", "cat web1.tar.* | tar -xpf - -C '\(out)'"], workingFolder: folder)
    #expect(result.status == 0, "\(result.stderr)")
    let source = "\(bench.base)/web1/\(Bench.name(hours: 1))"
    #expect(try await program(["diff", "-r", source, out]).status == 0)
    let summed = try await program(["sha256sum"] + parts, workingFolder: folder).stdout
    for sum in sums { #expect(summed.contains(sum.digest.hex)) }
  }

  @Test func `replaces what an earlier export left of it`() async throws {
    try write("old", to: "\(folder)/web1.tar.0000")
    try write("old", to: "\(folder)/web1.tar.0007")
    _ = try await archive(part: 1 << 20)
    #expect(names(folder) == ["web1.tar.0000"])
  }

  @Test func `that rots on the way is found when it is read back`() async throws {
    var world = exportWorld()
    world.run = { [folder, run = world.run] (invocation, progress) async throws(BackupError) in
      let finished = try await run(invocation, progress)
      guard invocation.arguments.contains("--create") else { return finished }
      let handle = FileHandle(forWritingAtPath: "\(folder)/web1.tar.0000")
      try? handle?.seek(toOffset: 100_000)
      try? handle?.write(contentsOf: Data("Y".utf8))
      try? handle?.close()
      return finished
    }
    let error = await #expect(throws: BackupError.self) {
      try await archive(part: 1 << 20, world: world)
    }
    #expect(error?.code == .unproven)
    #expect(error?.message.text.contains("Contents differ") == true, "\(String(describing: error))")
  }
}
