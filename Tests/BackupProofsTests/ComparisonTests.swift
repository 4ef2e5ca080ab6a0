import Foundation
import Glibc
import OutsideWorld
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupProofs

@Suite("a backup that is compared with its manifest", .scratch)
struct ComparisonTests {
  private let bench: ManifestBench
  private var place: String { bench.place }

  init() throws {
    bench = try ManifestBench()
    for path in ["one", "two", "sub/three"] { try bench.file(path) }
    symlink("one", "\(place)/link")
  }

  @Test func `and is as it was has no difference, whatever changes that is nobody's loss`()
    async throws
  {
    try await bench.record()
    chmod("\(place)/one", 0o400)
    utimes("\(place)/sub", [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)])
    // As after a move to another disk.
    try FileManager.default.copyItem(atPath: "\(place)/two", toPath: "\(place)/copy")
    var status = stat()
    stat("\(place)/two", &status)
    let times = [status.st_atim, status.st_mtim]
    utimensat(AT_FDCWD, "\(place)/copy", times, 0)
    rename("\(place)/copy", "\(place)/two")
    let comparison = try await bench.compare()
    #expect(comparison.isClean, "\(comparison.first)")
    #expect((comparison.entries, comparison.files, comparison.bytes) == (5, 3, 21))
  }

  /// What is done to a backup, and what is said of it.
  struct Harm: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var sentences: [String]
    var act: @Sendable (ManifestBench) throws -> Void
  }

  static let harms: [Harm] = [
    Harm(testDescription: "a bit flips", sentences: ["'sub/three' has another content"]) {
      try $0.rot("sub/three")
    },
    Harm(testDescription: "a file is gone", sentences: ["'one' is missing"]) {
      unlink("\($0.place)/one")
    },
    Harm(testDescription: "the last file is gone", sentences: ["'two' is missing"]) {
      unlink("\($0.place)/two")
    },
    Harm(
      testDescription: "a folder is gone",
      sentences: ["'sub' is missing", "'sub/three' is missing"]
    ) { try FileTree.remove("\($0.place)/sub") },
    Harm(
      testDescription: "a file came", sentences: ["'more' was not there when the backup was made"]
    ) { try $0.file("more") },
    Harm(testDescription: "a file is cut", sentences: ["'one' has 3 bytes, and had 7"]) {
      truncate("\($0.place)/one", 3)
    },
    Harm(testDescription: "a file is written again", sentences: ["'one' was written since"]) {
      utimes("\($0.place)/one", [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)])
    },
    Harm(testDescription: "a link points elsewhere", sentences: ["'link' points elsewhere"]) {
      unlink("\($0.place)/link")
      symlink("two", "\($0.place)/link")
    },
    Harm(
      testDescription: "a file became a folder", sentences: ["'one' is a folder, and was a file"]
    ) {
      unlink("\($0.place)/one")
      mkdir("\($0.place)/one", 0o700)
    },
    Harm(
      testDescription: "a folder became a link",
      sentences: ["'sub' is a symbolic link, and was a folder", "'sub/three' is missing"]
    ) {
      rename("\($0.place)/sub", "\(ScratchDirectory.path)/sub")
      symlink("../sub", "\($0.place)/sub")
    },
  ]

  @Test(arguments: harms)
  func `and was harmed is told how`(_ harm: Harm) async throws {
    try await bench.record()
    try harm.act(bench)
    let comparison = try await bench.compare()
    #expect(comparison.first == harm.sentences)
    #expect(comparison.differences == harm.sentences.count)
    // What lies in the catalog of the disk shows without reading one file.
    let unread = try await bench.compare(0)
    #expect(unread.files == 0)
    #expect(unread.isClean == (harm.testDescription == "a bit flips"))
  }

  @Test func `tells twenty differences, and how many there are`() async throws {
    for number in 0..<50 { try bench.file("sub/\(number)") }
    try await bench.record()
    for number in 0..<50 { try bench.rot("sub/\(number)") }
    let comparison = try await bench.compare()
    #expect(comparison.differences == 50)
    #expect(comparison.first.count == 20)
    #expect(comparison.first == comparison.first.sorted())
  }

  @Test(arguments: [1, 5, 30, 34, 50, 100])
  func `is read whole once in as many days as its sample asks`(_ percent: Int) async throws {
    for number in 0..<40 { try bench.file("sub/\(number)", "\(number)") }
    try await bench.record()
    let days = (100 + percent - 1) / percent
    for first in [0, 20_000, -3] {
      var (files, bytes): (Int, Int64) = (0, 0)
      for day in first..<(first + days) {
        let comparison = try await bench.compare(percent, day: day)
        #expect(comparison.isClean)
        files += comparison.files
        bytes += comparison.bytes
      }
      #expect(files == 43)
      #expect(bytes == 21 + 10 + 60)
    }
  }

  @Test func `is read in about equal parts`() {
    var counts = [Int](repeating: 0, count: 20)
    for number in 0..<20_000 {
      let path = Array("srv/data/\(number / 100)/\(number % 100).txt".utf8)
      for day in 0..<20 where ManifestSample(percent: 5, day: day).contains(path) {
        counts[day] += 1
      }
    }
    #expect(counts.reduce(0, +) == 20_000)
    #expect(counts.allSatisfy { 800...1200 ~= $0 }, "\(counts)")
  }

  @Test func `by a manifest that is cut or damaged anywhere is not compared at all`() async throws {
    try await bench.record()
    let whole = try SmallFile.bytes(at: bench.manifest, limit: .max)
    for length in 0..<whole.count {
      try SmallFile.write(whole[..<length], to: bench.manifest)
      #expect(try await refusal() == .storage, "cut to \(length)")
    }
    for index in whole.indices {
      var bytes = whole
      bytes[index] ^= 1
      try SmallFile.write(bytes, to: bench.manifest)
      #expect(try await refusal() == .storage, "byte \(index)")
    }
    try SmallFile.write(whole + [0x0a], to: bench.manifest)
    #expect(try await refusal() == .storage)
    try SmallFile.write(whole, to: bench.manifest)
    #expect(try await bench.compare().isClean)
  }

  private func refusal() async throws -> BackupError.Code? {
    do throws(BackupError) {
      _ = try await FileManifest.compare(place, sample: 0, day: 0)
      return nil
    } catch {
      return error.code
    }
  }

  @Test func `without a manifest, or gone itself, cannot be looked at`() async throws {
    #expect(!FileManifest.isThere(forBackup: place))
    #expect(try await refusal() == .storage)
    try await bench.record()
    #expect(FileManifest.isThere(forBackup: place))
    try FileTree.remove(place)
    #expect(try await refusal() == .storage)
  }

  @Test(arguments: [
    (".a.manifest", "tisbackup manifest 1\nend", "a"),
    (".a.manifest.new", "tisbackup manifest 1\nend", "a"), (".a.manifest.new", "", "a"),
    (".a.manifest", "", nil), (".a.manifest", "somebody else's", nil),
    ("a.manifest", "tisbackup manifest 1\n", nil), (".a.json", "tisbackup manifest 1\n", nil),
  ])
  func `is found by the name of its manifest, and that by what it says`(
    _ name: String, _ content: String, _ backup: String?
  ) throws {
    try write(content, to: "\(ScratchDirectory.path)/\(name)")
    #expect(FileManifest.backupName(ofManifest: name, in: ScratchDirectory.path) == backup)
  }
}
