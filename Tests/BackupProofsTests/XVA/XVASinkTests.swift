import BackupProofs
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Exports on their way from a program to a file.
@Suite(.scratch)
struct XVASinkTests {
  private typealias Fixtures = XVAFixtures

  private static var path: String { "\(ScratchDirectory.path)/web1.xva" }

  @Test(arguments: ["cat", "gzip", "zstd"], [1024, 1 << 20])
  func `what comes is stored as it is, proven, and its digest known`(
    _ packer: String, _ chunk: Int
  ) async throws {
    let sample = XVASample(
      [Fixtures.disk("Ref:7", "ab..c5", length: chunk)], chunkLength: chunk)
    let export = try await Fixtures.packed(sample.bytes, packer)
    let told = Told()
    let sink = try XVASink(path: Self.path) { told.list.append($0) }
    let stored = try await Self.take(export, with: sink)
    #expect(stored.content == (try Fixtures.read(export)))
    #expect(try bytes(Self.path) == export)
    let sha256sum = try await program(["sha256sum", Self.path])
    #expect(sha256sum.stdout.prefix(64) == stored.file.digest.hex)
    #expect(told.list.last == Int64(export.count) && told.list == told.list.sorted())
    let mode = try FileManager.default.attributesOfItem(atPath: Self.path)[.posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test func `a manifest takes its digest, and does not read it again`() async throws {
    let stored = try await Self.take(
      Fixtures.sample().bytes, with: try XVASink(path: Self.path))
    let record = try await FileManifest.record(
      Self.path, as: Self.path, written: [stored.file])
    #expect((record.entries, record.written, record.files, record.bytes) == (1, 1, 0, 0))
    let comparison = try await FileManifest.compare(Self.path, sample: 100, day: 0)
    #expect(comparison.isClean && comparison.files == 1)
  }

  /// What is done to the file after it was written, and whether its digest still counts.
  static let later: [(String, Bool)] = [
    ("mv \"$1\" \"$1.x\"; mv \"$1.x\" \"$1\"", true), ("printf x >> \"$1\"", false),
    ("touch -d 2020-01-01 \"$1\"", false), ("cp -p \"$1\" \"$1.x\"; mv \"$1.x\" \"$1\"", false),
    ("printf x | dd of=\"$1\" conv=notrunc status=none", false),
  ]

  @Test(arguments: later)
  func `a digest counts only while the file is the one that was written`(
    _ command: String, _ counts: Bool
  ) async throws {
    let stored = try await Self.take(
      Fixtures.sample().bytes, with: try XVASink(path: Self.path))
    #expect(try await program(["sh", "-c", command, "sh", Self.path]).status == 0)
    let record = try await FileManifest.record(
      Self.path, as: Self.path, written: [stored.file])
    #expect((record.written, record.files) == (counts ? (1, 0) : (0, 1)))
    #expect(try await FileManifest.compare(Self.path, sample: 100, day: 0).isClean)
  }

  @Test func `the first flaw ends it, and the program hears of it`() async throws {
    let begin = XVASample([Fixtures.disk("Ref:7", "abc")]).members.dropLast(2)
    var flawed = begin.flatMap(\.bytes)
    flawed[flawed.count - 600] ^= 1
    try SmallFile.write(flawed, to: Self.path + ".in")
    let sink = try XVASink(path: Self.path)
    var invocation = Invocation(
      "sh", ["-c", "cat \"$1\"; exec cat /dev/zero", "sh", Self.path + ".in"])
    invocation.sink = sink
    let finished = try await World.live(say: { _ in }).run(invocation, nil)
    #expect(finished.end == .signaled(SIGPIPE))
    #expect(sink.failure?.code == .unproven)
    let error = await Self.error(of: sink)
    #expect(error == sink.failure)
    sink.cancel()
    #expect(try bytes(Self.path).isEmpty)
  }

  @Test(arguments: [0, 1, 511, 3000])
  func `an export that breaks off is none`(_ missing: Int) async throws {
    let export = Fixtures.sample().bytes
    let sink = try XVASink(path: Self.path)
    await Self.fill(sink, Array(export.prefix(missing == 0 ? 0 : export.count - missing)))
    #expect(sink.failure == nil)
    #expect(await Self.error(of: sink)?.code == .unproven)
  }

  @Test func `one that no program filled is none, and can be given up`() async throws {
    let sink = try XVASink(path: Self.path)
    #expect(await Self.error(of: sink)?.message.text == "'\(Self.path)' is empty")
    sink.cancel()
  }

  @Test func `a disk that is full is told as that`() async throws {
    try await SmallDisk.mounted("\(ScratchDirectory.path)/disk", kilobytes: 64) { disk in
      let sink = try XVASink(path: "\(disk)/web1.xva")
      let export = XVASample(
        [Fixtures.disk("Ref:7", "abcd", length: 1 << 19)], chunkLength: 1 << 19
      ).bytes
      await Self.fill(sink, export)
      let error = await Self.error(of: sink)
      #expect(error?.code == .storage && error?.hint != nil)
      #expect(error?.message.text == "cannot write '\(disk)/web1.xva': No space left on device")
      sink.cancel()
    }
  }

  @Test func `a file or a link that is there already is not written to`() throws {
    try write("mine", to: Self.path)
    #expect(throws: BackupError.self) { try XVASink(path: Self.path) }
    #expect(try text(Self.path) == "mine")
    let link = Self.path + ".link"
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: Self.path + ".new")
    #expect(throws: BackupError.self) { try XVASink(path: link) }
    #expect(!exists(Self.path + ".new"))
  }

  /// Waits on a thread of its own: those of all tests are few.
  private static func fill(_ sink: XVASink, _ export: [UInt8]) async {
    await OwnThread.run { try? sink.drain(bytes: export) }
  }

  private static func take(_ export: [UInt8], with sink: XVASink) async throws -> XVASink.Stored {
    await fill(sink, export)
    return try await OwnThread.run { Result { try sink.finish() } }.get()
  }

  private static func error(of sink: XVASink) async -> BackupError? {
    await OwnThread.run {
      do throws(BackupError) {
        _ = try sink.finish()
        return nil
      } catch { return error }
    }
  }

  /// What a sink told of its progress, all on one thread.
  private final class Told: @unchecked Sendable { var list: [Int64] = [] }
}
