import Foundation
import TISBackupTestSupport
import Testing

/// Dumps that are cut short, by whatever may do that.
@Suite(.scratch)
struct DatabaseCutTests {
  private let scratch = ScratchDirectory.path
  /// A word of the command lines of this test alone.
  private var database: String { "cut\(scratch.suffix(12))" }

  /// Runs `tisbackup-run` and does something as soon as the dump is under way and stands still.
  private func run(
    _ site: DatabaseSite, _ arguments: [String] = [], during act: () async throws -> Void
  ) async throws -> ToolResult {
    async let result = program(
      [toolPath("tisbackup-run"), "-c", site.ini] + arguments,
      environment: ["TMPDIR": site.temporary])
    do { try await act() } catch { Issue.record(error) }
    return try await result
  }

  /// Holds a table, behind `big` in the order of a dump, until the server ends or `release`.
  private func hold(_ server: MariaDBServer, until isReleased: String) async throws {
    _ = try? await server.sql(
      """
      USE `\(database)`; CREATE TABLE IF NOT EXISTS zz (id INT); LOCK TABLES zz WRITE;
      SELECT 'held', get_lock('held', 0); \(isReleased)
      """)
  }

  private func isBlocked(_ server: MariaDBServer) async throws -> Bool {
    try await server.sql(
      """
      SELECT count(*) FROM information_schema.processlist
        WHERE user = 'backup' AND state LIKE 'Waiting for table metadata lock%'
      """) == "1"
  }

  private func isHeld(_ server: MariaDBServer) async throws -> Bool {
    try await server.sql("SELECT is_used_lock('held') IS NOT NULL") == "1"
  }

  /// A MariaDB whose dump of the second database stands still in its middle.
  private func blocked(_ site: DatabaseSite, _ more: String = "") async throws -> (
    server: MariaDBServer, holder: Task<Void, any Error>
  ) {
    let server = try await MariaDBServer.start(in: scratch)
    try await server.fill("a good", rows: 20)
    try await server.fill(database, rows: 3000)
    try site.configure(server, more)
    let holder = Task { try await hold(server, until: "SELECT sleep(600)") }
    try await waitUntil("the table is locked") { try await isHeld(server) }
    return (server, holder)
  }

  private static let kept = ["a good.sql.gz", "databases.sql", "users.sql"]

  @Test func `a MariaDB that is killed in the middle of a dump`() async throws {
    let site = try await DatabaseSite.start()
    let (server, holder) = try await blocked(site)
    let result = try await run(site) {
      try await waitUntil("the dump stands still") { try await isBlocked(server) }
      server.kill()
    }
    try await holder.value
    try await site.expectFailure(
      result, "'\(database)'", "2013", "the server's error log", kept: Self.kept)
    try await site.expectNoProgram(with: database)
  }

  @Test func `a connection that is cut in the middle of a dump`() async throws {
    let site = try await DatabaseSite.start()
    let (server, holder) = try await blocked(site, "retries = 0")
    let result = try await run(site) {
      try await waitUntil("the dump stands still") { try await isBlocked(server) }
      site.ssh.kill()
    }
    try await site.expectFailure(
      result, "'\(database)'", "the connection failed (ssh exit 255)", "network",
      kept: Self.kept)
    // The dumper there notices as soon as it has something to say.
    server.kill()
    try await holder.value
    try await site.expectNoProgram(with: database)
  }

  @Test func `a dump that takes longer than the section's timeout`() async throws {
    let site = try await DatabaseSite.start()
    let (server, holder) = try await blocked(site, "timeout = 25s")
    let result = try await run(site) {}
    try await site.expectFailure(
      result, "'\(database)'", "when the run had taken its timeout of ", "Raise 'timeout'",
      kept: Self.kept)
    server.kill()
    try await holder.value
    try await site.expectNoProgram(with: database)
  }

  /// Sends a signal to the run of this test.
  private func signal(_ number: Int32) {
    for process in descendants(of: getpid()) where process.name == "tisbackup-run" {
      let line = FileManager.default.contents(atPath: "/proc/\(process.pid)/cmdline") ?? Data()
      if String(decoding: line, as: UTF8.self).contains(scratch) { kill(process.pid, number) }
    }
  }

  @Test func `a run that is killed in the middle of a dump, and the next one`() async throws {
    let site = try await DatabaseSite.start()
    let (server, holder) = try await blocked(site)
    let result = try await run(site) {
      try await waitUntil("the dump stands still") { try await isBlocked(server) }
      signal(SIGKILL)
    }
    #expect(result.status == 128 + SIGKILL)
    let sleeper = "SELECT id FROM information_schema.processlist WHERE info = 'SELECT sleep(600)'"
    try await server.sql("KILL \(server.sql(sleeper))")
    try await holder.value
    try await site.expectNoProgram(with: database)
    try await server.sql("DROP DATABASE `a good`")
    // Of what the dead run left, nothing gets into the backup of the next.
    #expect(
      names(try await site.backUp()) == ["\(database).sql.gz", "databases.sql", "users.sql"])
    #expect(try await site.rows("status") == ["ERROR", "OK"])
  }

  @Test func `a run that is asked to end in the middle of a dump`() async throws {
    let site = try await DatabaseSite.start()
    let (server, holder) = try await blocked(site)
    let result = try await run(site) {
      try await waitUntil("the dump stands still") { try await isBlocked(server) }
      signal(SIGTERM)
    }
    #expect(result.status == 2)
    #expect(
      try await site.rows("status, log LIKE '%interrupted%', backup_location") == ["ERROR|1|"])
    #expect(names("\(site.base)/\(DatabaseSite.section)").filter { $0.hasPrefix("2") } == [])
    site.expectNothingLeft()
    server.kill()
    try await holder.value
    try await site.expectNoProgram(with: database)
  }

  @Test(arguments: ["plain", "custom"])
  func `a PostgreSQL that is killed in the middle of a dump`(_ format: String) async throws {
    let site = try await DatabaseSite.start()
    let server = try await PostgreSQLServer.start(in: scratch, superuser: true)
    try await server.fill(database, rows: 5000)
    let wire = try await DatabaseWire.start(to: server.port, .stalling(after: 2_000_000))
    try site.configure(
      server,
      """
      db_format = \(format)
      db_exclude = postgres
      db_user = backup
      db_passwd = \(server.password)
      db_host = 127.0.0.1
      db_port = \(wire.port)
      """)
    let result = try await run(site) {
      try await wire.stalls()
      server.kill()
    }
    try await site.expectFailure(
      result, "'\(database)'", "server closed the connection", "look at its log")
    try await site.expectNoProgram(with: database)
  }

  @Test(arguments: ["mysql", "plain", "custom"])
  func `a disk that is full in the middle of a dump`(_ kind: String) async throws {
    let site = try await DatabaseSite.start()
    let server = try await noisy(site, kind)
    defer { withExtendedLifetime(server) {} }
    try await SmallDisk.mounted(site.base, kilobytes: 3 << 10) { _ in
      let result = try await site.run()
      try await site.expectFailure(result, "No space left on device")
      #expect(!result.stderr.contains("exit "), "\(result.stderr)")
    }
  }

  /// A server with 5 MB that no compression makes smaller, which lives as long as what this gives.
  private func noisy(_ site: DatabaseSite, _ kind: String) async throws -> Server {
    if kind == "mysql" {
      let server = try await MariaDBServer.start(in: scratch)
      try await server.sql(
        """
        CREATE DATABASE shop; USE shop; CREATE TABLE noise (data BLOB);
        INSERT INTO noise SELECT random_bytes(1024) FROM seq_1_to_5000;
        """)
      try site.configure(server)
      return server.server
    }
    let server = try await PostgreSQLServer.start(in: scratch)
    // As text a row has 1280 characters of 4 bits each.
    try await server.sql(
      """
      CREATE TABLE noise AS SELECT string_agg(md5(random()::text), '') AS text
        FROM generate_series(1, 400000) AS number GROUP BY number % 10000
      """)
    try site.configure(server, "db_format = \(kind)")
    return server.server
  }
}
