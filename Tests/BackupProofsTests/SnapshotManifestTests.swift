import Foundation
import Glibc
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupProofs

/// Manifests of snapshots of btrfs, which share their files without a second name.
@Suite(.scratch) struct SnapshotManifestTests {
  private var disk: String { "\(ScratchDirectory.path)/disk" }

  private func file(_ path: String, _ content: String, modified: Int = 1_700_000_000) throws {
    try write(content, to: "\(disk)/\(path)")
    let times = [timespec(tv_sec: modified, tv_nsec: 0), timespec(tv_sec: modified, tv_nsec: 0)]
    try #require(utimensat(AT_FDCWD, "\(disk)/\(path)", times, 0) == 0)
  }

  private func status(_ path: String) -> stat {
    var status = stat()
    #expect(stat("\(disk)/\(path)", &status) == 0)
    return status
  }

  private func record(_ name: String, reusing previous: [String] = []) async throws
    -> FileManifest.Record
  {
    try await FileManifest.record(
      "\(disk)/\(name)", as: "\(disk)/\(name)", reusing: previous.map { "\(disk)/\($0)" })
  }

  @Test func `a file that is the same in two of them is read once`() async throws {
    try await LoopDisk.mounted(disk, as: .btrfs) { _ in
      try Subvolume.make("\(disk)/work")
      try makeFolder("\(disk)/work/sub")
      for name in ["work/a", "work/sub/b", "work/c"] { try file(name, "content") }
      try Subvolume.copy("\(disk)/work", to: "\(disk)/1", readOnly: true)
      #expect(try await record("1").files == 3)
      try file("work/a", "changed")
      chmod("\(disk)/work/c", 0o640)
      try Subvolume.copy("\(disk)/work", to: "\(disk)/2", readOnly: true)
      let second = try await record("2", reusing: ["1"])
      // Whose mode changed is read again: nobody can tell that from a change of its content.
      #expect((second.files, second.reused) == (2, 1))
      let proof = try await FileManifest.compare(
        "\(disk)/2", sample: 100, day: 0, threads: 2)
      #expect(proof.isClean, "\(proof)")
    }
  }

  @Test func `a file of another subvolume with the same number, size and time is another file`()
    async throws
  {
    try await LoopDisk.mounted(disk, as: .btrfs) { _ in
      for (name, content) in [("1", "one"), ("2", "two")] {
        try Subvolume.make("\(disk)/\(name)")
        try file("\(name)/a", content)
      }
      let first = status("1/a")
      #expect(first.st_ino == status("2/a").st_ino)
      // The clock of a file system ticks a few hundred times a second.
      while status("2/a").st_ctim.tv_nsec == first.st_ctim.tv_nsec { chmod("\(disk)/2/a", 0o600) }
      #expect(try await record("1").files == 1)
      #expect(try await record("2", reusing: ["1"]) == .init(entries: 1, files: 1, bytes: 3))
    }
  }
}
