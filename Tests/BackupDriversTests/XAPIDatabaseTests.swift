import BackupProofs
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Dumps of the stand-in for Xen hosts, as the check of such dumps sees them.
@Suite(.scratch) struct XAPIDatabaseTests {
  @Test func `the dump of a pool is a whole one`() async throws {
    var pool = XAPIPool.sample
    pool.size = 3
    let content = try await check(pool, [])
    // Two of them have the same name; the template is none.
    #expect(content.summary == "4 machines, 3 hosts, 3 storages")
    #expect(!content.passedTerminal)
  }

  @Test(arguments: [
    (XAPIFault.minimalDatabase, "in the middle of a rolling upgrade"),
    (.cut(path: "/pool/xmldbdump", at: 9000), "is no XML"),
    (.page(path: "/pool/xmldbdump", at: 9000), "is no XML"),
    (.status(path: "/pool/xmldbdump", code: 500), "begins with <html>"),
    (.master(1), "is no XML"),
  ])
  func `what is none is refused`(fault: XAPIFault, reason: String) async throws {
    let error = await #expect(throws: BackupError.self) { try await check(.sample, [fault]) }
    #expect(error?.code == .unproven && error?.message.text.contains(reason) == true)
  }

  /// What the first host of a pool sends.
  private func check(_ pool: XAPIPool, _ faults: [XAPIFault]) async throws -> PoolDatabase.Content {
    var pool = pool
    pool.size = max(2, pool.size)
    let host = try await XAPIHost.start(in: ScratchDirectory.path, pool: pool)
    let client = try await XAPIClient(host)
    try host.set(faults: faults)
    let file = ScratchDirectory.path + "/db.xml"
    _ = try await client.get("/pool/xmldbdump?", into: file)
    let database = try PoolDatabase(of: "'\(file)'")
    try bytes(file).withUnsafeBytes { bytes in
      Result { () throws(BackupError) in try database.take(bytes) }
    }.get()
    return try database.finish()
  }
}
