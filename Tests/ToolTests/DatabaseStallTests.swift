import Foundation
import TISBackupTestSupport
import Testing

/// A dump that stands still, because somebody else holds what it wants to read.
@Suite("a database that stalls", .scratch, .timeLimit(.minutes(2)))
struct DatabaseStallTests {
  private let scratch = ScratchDirectory.path
  /// A word of the command lines of this test alone.
  private var database: String { "held\(scratch.suffix(12))" }
  private let limits = "idle_timeout = 4s\nretries = 0"

  /// What is told of it, and the next run when nobody holds it any more.
  private func expectTold(_ site: DatabaseSite, _ result: ToolResult) async throws {
    #expect(result.stderr.contains("nothing came for idle_timeout, 4s"), "\(result.stderr)")
    let check = try await tool("check_tisbackup", ["-f", site.ini])
    #expect(check.status == 2)
    #expect(check.stdout.contains("no good backup on record; 1 failed run"), "\(check.stdout)")
    try await site.expectNoProgram(with: "\(site.base)/")
    #expect(try await sqlite(site.catalog, "PRAGMA integrity_check") == ["ok"])
  }

  @Test func `a table of MariaDB that is locked: its dump is ended, the others are kept`()
    async throws
  {
    let site = try await DatabaseSite.start()
    let server = try await MariaDBServer.start(in: scratch)
    try await server.fill("a good", rows: 20)
    try await server.fill(database, rows: 20)
    try site.configure(server, limits)
    let holder = Task {
      try? await server.sql(
        "LOCK TABLES big WRITE; SELECT get_lock('held', 0), sleep(600)", database: database)
    }
    try await waitUntil("the table is locked") {
      try await server.sql("SELECT is_used_lock('held') IS NOT NULL") == "1"
    }
    let result = try await site.run()
    try await site.expectFailure(
      result, "'\(database)'", "idle_timeout",
      kept: ["a good.sql.gz", "databases.sql", "users.sql"])
    try await expectTold(site, result)
    try await server.sql("KILL \(server.sql("SELECT is_used_lock('held')"))")
    _ = await holder.value
    #expect(
      names(try await site.backUp())
        == ["a good.sql.gz", "databases.sql", "\(database).sql.gz", "users.sql"])
  }

  @Test func `a table of PostgreSQL that is locked: its dump is ended, the others are kept`()
    async throws
  {
    let site = try await DatabaseSite.start()
    let server = try await PostgreSQLServer.start(in: scratch)
    try await server.fill("a good", rows: 20)
    try await server.fill(database, rows: 20)
    try site.configure(server, limits)
    let sleeper = "SELECT 'held', pg_sleep(600)"
    let holder = Task {
      try? await server.sql("BEGIN; LOCK TABLE big; \(sleeper);", database: database)
    }
    let found = "FROM pg_stat_activity WHERE query LIKE 'SELECT ''held''%'"
    try await waitUntil("the table is locked") {
      try await server.sql("SELECT count(*) \(found)") == "1"
    }
    let result = try await site.run()
    #expect(result.status == 2)
    #expect(result.stderr.contains("'\(database)'") && result.stderr.contains("HINT"))
    let folder = "\(site.base)/\(DatabaseSite.section)"
    let left = try #require(names(folder).first { $0.hasSuffix(".incomplete") })
    #expect(names("\(folder)/\(left)").map { $0.prefix(7) } == ["a good-", "databas", "globals"])
    try await expectTold(site, result)
    try await server.sql("SELECT pg_terminate_backend(pid) \(found)")
    _ = await holder.value
    let whole = names(try await site.backUp()).filter { $0.hasPrefix("\(database)-") }
    #expect(whole.count == 1)
  }
}
