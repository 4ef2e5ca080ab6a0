import Foundation
import Monitoring
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("an export that meets trouble", .scratch)
struct ExportTroubleTests {
  private let bench: Bench
  private var copies: String { "\(bench.target)/web1" }
  private let name = Bench.name(hours: 1)

  init() throws {
    bench = try Bench()
    try makeFolder("\(ScratchDirectory.path)/target")
  }

  /// Changes one letter of a file, and neither its size nor its time: what a bad disk does.
  private static func flip(_ path: String) throws {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.write(contentsOf: Data("X".utf8))
    try handle.close()
    let date = try #require(attributes[.modificationDate])
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
  }

  private var exports: [BackupRecord] {
    get throws { try bench.catalog().newest(of: "web1", type: .export).records }
  }

  @Test func `finds a bit that flipped on the way, and heals it the next time`() async throws {
    try bench.backup(hours: 1)
    let world = exportWorld { invocation in
      guard invocation.program == "rsync" else { return }
      try Self.flip("\(invocation.arguments.last ?? "")file")
    }
    let result = try await bench.exported(world: world)[0]
    #expect(result.kind == .failed)
    #expect(result.message.contains("differs from the backup in 1 file, such as 'file'"))
    #expect(names(copies) == ["\(name).incoming"])
    #expect(try exports.map(\.status) == [.error])
    #expect(try text("\(bench.target)/MANIFEST.sha256") == "")
    #expect(try await bench.exported().map(\.kind) == [.ok])
    #expect(names(copies) == [name])
    #expect(try await bench.provenFiles() == 1)
  }

  @Test func `finds a backup that changes while it is copied`() async throws {
    let place = try bench.backup(hours: 1)
    var world = exportWorld()
    // What is to be proven is known by then, and the copy begins.
    world.say = { note in
      guard note.text.hasPrefix("rsync ") else { return }
      #expect(throws: Never.self) { try write("new", to: "\(place)/file that came later") }
    }
    let result = try await bench.exported(world: world)[0]
    #expect(result.message.contains("such as 'file that came later'"))
    #expect(!exists("\(copies)/\(name)"))
  }

  @Test func `finds an older generation that rotted, and does not hand its files on`() async throws
  {
    let first = try bench.backup(hours: 2)
    try await bench.exported(keep: 2)
    let second = try bench.backup(hours: 1)
    try FileManager.default.removeItem(atPath: "\(second)/file")
    try FileManager.default.linkItem(atPath: "\(first)/file", toPath: "\(second)/file")
    try Self.flip("\(copies)/\(Bench.name(hours: 2))/file")
    #expect(try await bench.exported(keep: 2).map(\.kind) == [.warning])
    #expect(try await bench.exported(keep: 2).map(\.kind) == [.ok])
    #expect(try text("\(copies)/\(name)/file") == text("\(second)/file"))
  }

  @Test func `leaves a backup alone that cleanup removes, and holds off cleanup itself`()
    async throws
  {
    let place = try bench.backup(hours: 1)
    var lock = try FileLock(claiming: place)
    #expect(lock != nil)
    #expect(try await bench.exported()[0].message.contains("is being removed"))
    lock = nil
    var world = exportWorld()
    world.say = { note in
      guard note.text.hasPrefix("rsync ") else { return }
      do { #expect(try FileLock(claiming: place) == nil) } catch { Issue.record(error) }
    }
    #expect(try await bench.exported(world: world).map(\.kind) == [.ok])
  }

  @Test func `names a copy on the target that rotted, and makes it again`() async throws {
    try bench.backup(hours: 1)
    try await bench.exported()
    try Self.flip("\(copies)/\(name)/file")
    let result = try await bench.exported()[0]
    #expect(result.kind == .warning)
    #expect(result.message.contains("1 file, such as 'file', had gone bad on the target"))
    #expect(try !text("\(copies)/\(name)/file").hasPrefix("X"))
    #expect(try await bench.provenFiles() == 1)
    #expect(try exports.first?.status == .warning)
  }

  @Test func `goes on with the next section when one fails`() async throws {
    let bench = try Bench(Bench.rsync("web1") + Bench.rsync("web2"))
    for section in ["web1", "web2"] { try bench.backup(hours: 1, of: section) }
    try write("in the way", to: "\(bench.target)/web1")
    let results = try await bench.exported()
    #expect(results.map(\.kind) == [.failed, .ok])
    #expect(results.map(\.state) == [.critical, .ok])
    #expect(try await bench.provenFiles() == 1)
    #expect(try exports.map(\.status) == [.error])
  }

  @Test func `says what rsync says when the target fills up, and keeps the older copy`()
    async throws
  {
    try bench.backup(hours: 2)
    try await bench.exported()
    try bench.backup(hours: 1)
    var world = exportWorld()
    world.run = { [run = world.run] (invocation, progress) async throws(BackupError) in
      invocation.program == "rsync"
        ? Finished(11, errors: "rsync: write failed: No space left on device (28)")
        : try await run(invocation, progress)
    }
    let result = try await bench.exported(world: world)[0]
    #expect(result.kind == .failed)
    #expect(result.message.contains("failed (exit 11): rsync: write failed: No space left"))
    #expect(names(copies) == [Bench.name(hours: 2)])
    #expect(try await bench.provenFiles() == 1)
  }

  @Test func `of another to the same target waits for nothing and changes nothing`() async throws {
    try bench.backup(hours: 1)
    let lock = try #require(try FileLock(path: "\(bench.target)/.tisbackup.lock"))
    let error = await #expect(throws: BackupError.self) { try await bench.exported() }
    #expect(error?.code == .locked)
    #expect(names(bench.target) == [".tisbackup.lock"])
    withExtendedLifetime(lock) {}
  }

  /// How far an export of `name` came before it was stopped.
  enum Stop: CaseIterable {
    case begun, halfCopied, proven, named, halfPruned
  }

  @Test(arguments: Stop.allCases)
  func `that is stopped at any instant is finished by the next`(_ stop: Stop) async throws {
    try bench.backup(hours: 2)
    try await bench.exported()
    let old = Bench.name(hours: 2)
    let place = try bench.backup(hours: 1)
    try write("more\n", to: "\(place)/more")
    _ = try bench.catalog(.write).begin(
      .export, section: "web1", server: "", description: "", at: Bench.now, by: .scripted)
    if stop == .named || stop == .halfPruned {
      try FileManager.default.copyItem(atPath: place, toPath: "\(copies)/\(name)")
    }
    if stop == .proven {
      try FileManager.default.copyItem(atPath: place, toPath: "\(copies)/\(name).incoming")
    }
    if stop == .halfCopied {
      try makeFolder("\(copies)/\(name).incoming")
      try write("da", to: "\(copies)/\(name).incoming/file")
      try write("gone from the backup", to: "\(copies)/\(name).incoming/stale")
      try makeFolder("\(copies)/20200101-00h00m00.incoming/of an older stop")
    }
    if stop == .proven || stop == .named {
      let manifest = try text("\(bench.target)/MANIFEST.sha256")
      let sum = String(repeating: "0", count: 64)
      try write(
        manifest + "\(sum)  web1/\(name)/file\n", to: "\(bench.target)/MANIFEST.sha256")
    }
    if stop == .halfPruned {
      try FileManager.default.moveItem(
        atPath: "\(copies)/\(old)", toPath: "\(copies)/.trash-\(old)")
    }
    #expect(
      try await bench.exported(world: exportWorld(now: Bench.now.adding(seconds: 60)))
        .map(\.kind) == [.ok])
    #expect(names(copies) == [name])
    #expect(names("\(copies)/\(name)") == ["file", "more"])
    #expect(try await bench.provenFiles() == 2)
    // The writer of the row that was left is gone: it must not claim to run for ever.
    #expect(try exports.map(\.status) == [.ok, .error, .ok])
  }
}
