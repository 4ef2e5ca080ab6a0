import Foundation
import Glibc
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupProofs

/// A backup with a manifest, in the scratch folder of a test.
struct ManifestBench {
  let place = "\(ScratchDirectory.path)/20231114-22h13m20"
  var manifest: String { "\(ScratchDirectory.path)/.20231114-22h13m20.manifest" }

  init() throws { try makeFolder("\(place)/sub") }

  func file(_ path: String, _ content: String = "content") throws {
    try write(content, to: "\(place)/\(path)")
  }

  @discardableResult
  func record(reusing previous: [String] = [], threads: Int = 3) async throws
    -> FileManifest.Record
  {
    try await FileManifest.record(place, as: place, reusing: previous, threads: threads)
  }

  func compare(_ percent: Int = 100, day: Int = 0) async throws -> Comparison {
    try await FileManifest.compare(place, sample: percent, day: day, threads: 3)
  }

  /// Changes one letter of a file, and neither its size nor its time: what a bad disk does.
  func rot(_ path: String) throws {
    var status = stat()
    try #require(stat("\(place)/\(path)", &status) == 0)
    let descriptor = open("\(place)/\(path)", O_WRONLY)
    defer { close(descriptor) }
    try #require(pwrite(descriptor, "X", 1, 0) == 1)
    let times = [status.st_atim, status.st_mtim]
    try #require(futimens(descriptor, times) == 0)
  }
}

@Suite("a manifest", .scratch)
struct FileManifestTests {
  private let bench: ManifestBench
  private var place: String { bench.place }

  init() throws { bench = try ManifestBench() }

  @Test func `tells of each name what it is, and sha256sum agrees`() async throws {
    try bench.file("sub/file", "abc")
    try bench.file("a-b", "")
    symlink("abc", "\(place)/link")
    mkfifo("\(place)/pipe", 0o600)
    #expect(try await bench.record() == .init(entries: 5, files: 2, bytes: 3))
    let lines = try text(bench.manifest).split(separator: "\n").map(String.init)
    #expect(lines.first == "tisbackup manifest 1")
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    let shown = lines.dropFirst().dropLast().map { line -> String in
      let fields = line.split(separator: " ")
      return [fields[0], fields[1], fields[4].prefix(4), fields[5]].joined(separator: " ")
    }
    #expect(
      shown == [
        "f 0 e3b0 a-b", "l 3 ba78 link", "o 0 - pipe", "d 0 - sub", "f 3 ba78 sub/file",
      ])
    #expect(lines[5].contains(" \(abc) "))
    // The last line proves what stands above it, to anybody.
    let proof = try await program([
      "sh", "-c", "head -n -1 \"$1\" | sha256sum", "sh", bench.manifest,
    ])
    #expect(lines.last == "end 5 \(proof.stdout.prefix(64))")
    #expect(names(ScratchDirectory.path) == [".20231114-22h13m20.manifest", "20231114-22h13m20"])
  }

  @Test func `of a backup that is one file has one entry`() async throws {
    let file = "\(ScratchDirectory.path)/web-20231114.xva"
    try write("abc", to: file + ".partial")
    let record = try await FileManifest.record(file + ".partial", as: file)
    #expect(record == .init(entries: 1, files: 1, bytes: 3))
    rename(file + ".partial", file)
    #expect(FileManifest.isThere(forBackup: file))
    #expect(try await FileManifest.compare(file, sample: 100, day: 3).isClean)
    try write("abd", to: file)
    #expect(try await !FileManifest.compare(file, sample: 100, day: 3).isClean)
  }

  @Test func `reads every file once, large ones too`() async throws {
    for (name, size) in [("a", 9 << 20), ("b", 1), ("c", 10 << 20), ("d", 0)] {
      try bench.file(name, "")
      truncate("\(place)/\(name)", size)
    }
    let record = try await bench.record(threads: 2)
    #expect(record == .init(entries: 5, files: 4, bytes: (19 << 20) + 1))
  }

  @Test func `takes names in every encoding, and finds them again`() async throws {
    let odd: [[UInt8]] = [
      [0xe9], [0xff, 0xfe], [0x0a], [0x0d, 0x0a], [0x5c], [0x5c, 0x6e], [0x20], [0x20, 0x20],
      Array("é".utf8), [0x2d], [0x2d, 0x2d, 0x41], [0x01, 0x7f], Array("a\tb".utf8),
      [UInt8](repeating: 0x78, count: 255), [UInt8](repeating: 0x5c, count: 255),
    ]
    for name in odd {
      let path = Array("\(place)/sub/".utf8) + name + [0]
      let descriptor = open(path.map { CChar(bitPattern: $0) }, O_WRONLY | O_CREAT, 0o600)
      try #require(descriptor >= 0)
      close(descriptor)
    }
    #expect(try await bench.record().entries == odd.count + 1)
    let comparison = try await bench.compare()
    #expect(comparison.isClean, "\(comparison.first)")
    #expect(comparison.files == odd.count)
    unlink("\(place)/sub/\n")
    #expect(try await bench.compare().first == [#"'sub/\n' is missing"#])
  }

  @Test func `comes in the order of its own reader, whatever the names`() async throws {
    for name in ["a", "a-b", "a.b", "a0", "ab", "A", "b", "a/x", "a/y-z", "a/y/z", "ab/c"] {
      let parts = name.split(separator: "/")
      if parts.count == 1 { try makeFolder("\(place)/\(name)") }
      try makeFolder("\(place)/\(parts.dropLast().joined(separator: "/"))")
      if parts.count > 1 { try makeFolder("\(place)/\(name)") }
    }
    try await bench.record()
    var reader = try ManifestReader(path: bench.manifest)
    var paths: [[UInt8]] = []
    while let (_, entry) = try reader.next() { paths.append(entry.path) }
    #expect(paths == paths.sorted(by: ManifestEntry.precedes))
    #expect(paths.count == 13)
    #expect(reader.count == 13)
  }

  @Test func `reads a tree deeper than any path may be`() async throws {
    let folder = open(place, O_RDONLY | O_DIRECTORY)
    var current = folder
    let name = String(repeating: "d", count: 200)
    for _ in 0..<30 {
      mkdirat(current, name, 0o700)
      let next = openat(current, name, O_RDONLY | O_DIRECTORY)
      close(current)
      current = next
    }
    let file = openat(current, "file", O_WRONLY | O_CREAT, 0o600)
    try #require(write(file, "abc", 3) == 3)
    close(file)
    close(current)
    #expect(try await bench.record() == .init(entries: 32, files: 1, bytes: 3))
    #expect(try await bench.compare().isClean)
    try FileTree.remove(place)
  }

  @Test func `reads a file of several names once, and knows all of them`() async throws {
    try bench.file("one", "abc")
    link("\(place)/one", "\(place)/sub/two")
    link("\(place)/one", "\(place)/three")
    #expect(try await bench.record() == .init(entries: 4, files: 1, bytes: 3))
    let sums = try text(bench.manifest).split(separator: "\n").filter { $0.contains(" ba7816bf") }
    #expect(sums.count == 3)
    #expect(try await bench.compare().files == 1)
  }

  @Test func `keeps what an older one knows of files that are linked, and reads no other`()
    async throws
  {
    try bench.file("same", "abc")
    try bench.file("touched", "abc")
    try bench.file("copied", "abc")
    try await bench.record()
    let newer = "\(ScratchDirectory.path)/20231115-22h13m20"
    try makeFolder(newer)
    for name in ["same", "touched"] { link("\(place)/\(name)", "\(newer)/\(name)") }
    try write("abc", to: "\(newer)/copied")
    // The content is another one already, which nobody sees who does not read it.
    try bench.rot("same")
    utimes("\(newer)/touched", [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)])
    let record = try await FileManifest.record(newer, as: newer, reusing: ["/none", place])
    #expect(record == .init(entries: 3, files: 2, bytes: 6, reused: 1))
    let found = try await FileManifest.compare(newer, sample: 100, day: 0)
    #expect(found.first == ["'same' has another content"])
  }

  @Test func `uses no older one that is damaged`() async throws {
    try bench.file("same", "abc")
    try await bench.record()
    let newer = "\(ScratchDirectory.path)/20231115-22h13m20"
    try makeFolder(newer)
    link("\(place)/same", "\(newer)/same")
    try write(text(bench.manifest).replacing("ba7816bf", with: "aa7816bf"), to: bench.manifest)
    let record = try await FileManifest.record(newer, as: newer, reusing: [place])
    #expect((record.files, record.reused) == (1, 0))
    #expect(try await FileManifest.compare(newer, sample: 100, day: 0).isClean)
  }

  @Test func `that cannot be written leaves the one that was there, and nothing beside it`()
    async throws
  {
    try bench.file("file")
    let before = "tisbackup manifest 1\n"
    try write(before, to: bench.manifest)
    let loop = "\(ScratchDirectory.path)/none"
    await #expect(throws: BackupError.self) { try await FileManifest.record(loop, as: place) }
    #expect(try text(bench.manifest) == before)
    #expect(names(ScratchDirectory.path).count == 2)
  }

  @Test func `is written in place of what an earlier stop left beside it`() async throws {
    try bench.file("file")
    try write("half", to: bench.manifest + ".new")
    try await bench.record()
    #expect(!exists(bench.manifest + ".new"))
    #expect(try await bench.compare().isClean)
  }

  @Test func `leaves out what an ordinary user may not read, and says how much that is`()
    async throws
  {
    try bench.file("secret")
    try bench.file("open")
    for (name, mode) in [("unlisted", 0o300), ("hidden", 0o400)] as [(String, mode_t)] {
      try makeFolder("\(place)/\(name)")
      try bench.file("\(name)/inside")
      chmod("\(place)/\(name)", mode)
    }
    chmod("\(place)/secret", 0)
    for path in [ScratchDirectory.path, place] + names(bench.place).map({ "\(bench.place)/\($0)" })
    {
      chown(path, 65_534, 65_534)
    }
    let (backup, time) = (place, TimeLeft(until: .now + .seconds(60)))
    let record = await asUser {
      try? ManifestRecording(backup: backup, location: backup, previous: [], threads: 2, time: time)
        .perform()
    }
    #expect(record == .init(entries: 5, files: 1, bytes: 7, unread: 3))
    let sample = ManifestSample(percent: 100, day: 0)
    let comparison = await asUser {
      try? ManifestComparison(location: backup, sample: sample, threads: 2, time: time).perform()
    }
    #expect(comparison?.isClean == true, "\(comparison?.first ?? [])")
    // Root sees more, and asks no more of it.
    let found = try await bench.compare()
    #expect(found.isClean, "\(found.first)")
    #expect(found.files == 1)
  }
}
