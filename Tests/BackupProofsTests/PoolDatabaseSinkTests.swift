import BackupProofs
import Foundation
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Dumps of a pool's database on their way to the disk, and when they are proven again.
@Suite(.scratch) struct PoolDatabaseSinkTests {
  private var path: String { ScratchDirectory.path + "/xcp_metadata.dump.gz" }

  @Test func `what comes is compressed and counted, and the proof says the same of it`()
    async throws
  {
    let sink = try PoolDatabaseSink(path: path, level: 6, cores: 2)
    try sink.drain(PoolDatabaseTests.whole)
    let content = try sink.finish()
    #expect(content.edges.count == Int64(PoolDatabaseTests.whole.utf8.count))
    #expect(sink.content?.summary == "2 machines, 1 host, 2 storages")
    let unpacked = try await program(["gzip", "-dc", path])
    #expect(unpacked.status == 0 && unpacked.stdout == PoolDatabaseTests.whole)
    #expect(try await proof() == "whole: 2 machines, 1 host, 2 storages")
  }

  @Test func `a long one passes in many blocks`() throws {
    let row = #"<row ref="OpaqueRef:x" other_config="(('a'%.'b'))"/>"#
    let rows = String(repeating: row, count: 60_000)
    let sink = try PoolDatabaseSink(path: path, level: 1, cores: 2)
    try sink.drain(
      PoolDatabaseTests.whole.replacing(
        #"<table name="SM"/>"#, with: "<table name=\"VM\">\(rows)</table>"))
    _ = try sink.finish()
    #expect(sink.content?.machines == 60_002)
  }

  @Test(arguments: [
    ("hello", "the dump is no XML: syntax error, at 1:1"),
    ("<html>no such path</html>", "the dump is no database of a pool: it begins with <html>"),
    ("", "the dump is no XML: no element found, at 1:1"),
    (String(PoolDatabaseTests.whole.dropLast(5)), "the dump is no XML: unclosed token"),
  ])
  func `what is no database is refused, and takes no room when it is given up`(
    text: String, reason: String
  ) throws {
    let sink = try PoolDatabaseSink(path: path, level: 1, cores: 2)
    try sink.drain(text)
    let error = #expect(throws: BackupError.self) { try sink.finish() }
    #expect(error?.code == .unproven && error?.message.text.hasPrefix(reason) == true)
    #expect(sink.content == nil)
    sink.cancel()
    #expect(try bytes(path).isEmpty)
  }

  @Test func `nothing more is read of what cannot be one any more`() throws {
    let most = Mutex<Int64>(0)
    let sink = try PoolDatabaseSink(path: path, level: 1, cores: 2) { sofar in
      most.withLock { $0 = sofar }
    }
    // Each block is half a MiB: the flaw is in the first, and the second is never asked for.
    try sink.drain("<html>" + String(repeating: " ", count: 4 << 20))
    #expect(most.withLock { $0 } == 0)
    #expect(sink.failure?.code == .unproven)
    sink.cancel()
  }

  @Test func `an old one that a terminal changed is told so`() async throws {
    try await store(PoolDatabaseTests.whole.replacing("\n", with: "\r\n"))
    #expect(
      try await proof()
        == "whole: 2 machines, 1 host, 2 storages; its line ends are those of a terminal")
    try await store(PoolDatabaseTests.whole.replacing("'", with: "").replacing("\n", with: "\r\n"))
    #expect(
      try await proof() == "'\(path)' has lost its apostrophes: XAPI restores no pool from it")
  }

  @Test func `a file that is damaged, or of something else, is refused for that`() async throws {
    try await store(PoolDatabaseTests.whole)
    try SmallFile.write(try bytes(path).dropLast(), to: path)
    #expect(try await proof() == "'\(path)' is cut short")
    try await store("<html>Not Found</html>" + String(repeating: " ", count: 1 << 20))
    #expect(
      try await proof() == "'\(path)' is no database of a pool: it begins with <html>")
  }

  private func store(_ text: String) async throws {
    let packed = try await program(["sh", "-c", "gzip -c >'\(path)'"], input: text)
    try #require(packed.status == 0)
  }

  private func proof() async throws -> String? {
    do throws(BackupError) {
      return try await StoredArtifact(type: .xenMetadata, location: path).prove(
        using: .live(say: { _ in }))
    } catch {
      #expect(error.code == .unproven)
      return error.message.text
    }
  }
}
