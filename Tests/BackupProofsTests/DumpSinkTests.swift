import BackupProofs
import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite(.scratch)
struct DumpSinkTests {
  @Test(arguments: [true, false], [true, false])
  func `a dump that is given up takes no room, even before its file is removed`(
    _ isPlain: Bool, _ isFinished: Bool
  ) throws {
    let path = "\(ScratchDirectory.path)/dump"
    let sink: any DumpSink =
      isPlain ? try PlainSink(path: path) : try GzipSink(path: path, level: 1, cores: 2)
    let words = (0..<300_000).map { String($0 &* 2_654_435_761, radix: 36) }
    try sink.drain(words.joined())
    if isFinished {
      _ = try sink.finish()
      #expect(try size(path) > 100_000)
    }
    sink.cancel()
    #expect(try size(path) == 0)
  }

  @Test func `a file that is not what was written to it is told, and is no dump`() throws {
    let path = "\(ScratchDirectory.path)/dump"
    let sink = try GzipSink(path: path, level: 1, cores: 2)
    try sink.drain(bytes: GzipTests.stream(4 << 20))
    // The workers write on while nobody waits for them.
    while try size(path) < 100_000 {}
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    try file.seek(toOffset: 5000)
    let byte = try #require(try file.read(upToCount: 1)?.first)
    try file.seek(toOffset: 5000)
    try file.write(contentsOf: [byte ^ 1])
    let error = #expect(throws: BackupError.self) { try sink.finish() }
    #expect(
      error?.message.text == "'\(path)' reads back as something else than was written")
  }

  private func size(_ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? -1
  }
}
