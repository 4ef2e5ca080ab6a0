import Foundation
import TISBackupTestSupport
import Testing

/// A catalog that another program holds.
@Suite("a locked catalog", .scratch, .timeLimit(.minutes(2)))
struct LockedCatalogTests {
  /// Has the `sqlite3` shell hold the catalog alone while something is done, which may let go of it.
  private func locked(
    _ site: Site, _ body: (_ letGo: () throws -> Void) async throws -> Void
  ) async throws {
    let (held, free) = ("\(site.folder)/held", "\(site.folder)/free")
    async let shell = program(
      ["sqlite3", "-batch", site.catalog],
      input: """
        BEGIN EXCLUSIVE;
        .shell touch \(held)
        .shell until [ -e \(free) ]; do sleep 0.05; done
        ROLLBACK;
        """)
    try await waitUntil("the catalog is locked") { exists(held) }
    do { try await body { try write("", to: free) } } catch { Issue.record(error) }
    try write("", to: free)
    #expect(try await shell.status == 0)
  }

  @Test func `let go in time, nobody minds, though the check does not wait so long`() async throws {
    let site = try await Site.start()
    try await site.expectNextRun()
    try await locked(site) { letGo in
      async let run = site.run()
      async let status = site.tool("tisbackup-status")
      try await site.expectCheck(3, "UNKNOWN", "database is locked", "'fuser'")
      try letGo()
      #expect(try await run.status == 0)
      #expect(try await status.status == 0)
    }
    #expect(site.snapshots().count == 2)
    try await site.expectNextRun()
  }

  @Test func `held for good, every tool says so in the end, and changes nothing`() async throws {
    let site = try await Site.start()
    try await site.expectNextRun()
    let before = try await site.rows("SELECT * FROM stats")
    try await locked(site) { _ in
      async let run = site.run()
      async let cleanup = site.tool("tisbackup-cleanup")
      async let verify = site.tool("tisbackup-verify")
      async let status = site.tool("tisbackup-status")
      for result in [try await run, try await cleanup, try await verify, try await status] {
        site.expect(result, 3, saying: ["database is locked", "'fuser' on that file names it"])
      }
    }
    #expect(try await site.rows("SELECT * FROM stats") == before)
    #expect(site.snapshots().count == 1)
    try await site.expectNextRun()
  }
}
