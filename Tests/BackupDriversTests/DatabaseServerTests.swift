import Foundation
import TISBackupTestSupport
import Testing

/// The databases that other tests make backups of.
@Suite(.scratch)
struct DatabaseServerTests {
  static let password = #"p'w"d \ $HOME `x` #;é%"#
  private let scratch = ScratchDirectory.path

  @Test func `a MariaDB restored from a dump has the same digest, however it was reached`()
    async throws
  {
    let server = try await MariaDBServer.start(in: scratch, password: Self.password)
    let copy = try await MariaDBServer.start(in: scratch, eventScheduler: "OFF")
    try await server.sample("shop")
    let dump = try await dump(server, "shop", ["--socket=\(server.socket)"])
    #expect(dump.stderr == "")
    let overTCP = try await self.dump(server, "shop", ["-h127.0.0.1", "-P\(server.port)"])
    #expect(overTCP.stdout.count == dump.stdout.count)
    try await copy.sql("CREATE DATABASE other")
    try await copy.sql(dump.stdout, database: "other")
    let digest = try await server.digest(of: "shop")
    let restored = try await copy.digest(of: "other")
    #expect(digest == restored)
    for part in [
      "VIEW `rich`", "AS `mark`", " 🚀'));", "-- A comment; with", "number; -- 🚀", "= '🚀'; DELETE",
      " DISABLE ", "rows\t201", "order\t1", "next\t105",
    ] {
      #expect(digest.contains(part))
    }
  }

  @Test func `every change of a MariaDB changes its digest`() async throws {
    let server = try await MariaDBServer.start(in: scratch)
    try await server.sample("shop")
    var seen = [try await server.digest(of: "shop")]
    #expect(try await server.digest(of: "shop") == seen[0])
    for change in Self.mariaDBChanges {
      try await server.sql(change, database: "shop")
      let digest = try await server.digest(of: "shop")
      #expect(!seen.contains(digest), "\(change)")
      seen.append(digest)
    }
    await #expect(throws: ServerError.self) { try await server.digest(of: "unknown") }
  }

  static let mariaDBChanges = [
    "UPDATE files SET data = x'00' WHERE id = 2", "DELETE FROM words LIMIT 1",
    "INSERT INTO `we ird;``tä$ble` VALUES (NULL)", "DROP TABLE nothing",
    "ALTER TABLE notes ADD KEY text (text(5))", "ALTER EVENT sleeping ENABLE",
    "DROP EVENT waiting", "DROP TRIGGER after_order", "DROP FUNCTION doubled",
    "CREATE OR REPLACE PROCEDURE add_order() SELECT 1", "SELECT nextval(numbers)",
    "CREATE OR REPLACE VIEW rich AS SELECT 1", "ALTER DATABASE CHARACTER SET latin1",
    "ALTER TABLE customers DROP CONSTRAINT CONSTRAINT_1",
  ]

  @Test func `a MariaDB lets nobody in but with the password, is filled, and ends`()
    async throws
  {
    let server = try await MariaDBServer.start(
      in: scratch, password: Self.password, eventScheduler: "DISABLED", user: "o'neil")
    let login = ["-h127.0.0.1", "-P\(server.port)", "-u\(server.user)"]
    let right = try await mariadb(login, Self.password, "SELECT @@event_scheduler")
    #expect(right.stdout == "DISABLED\n")
    for (options, password) in [
      (login, "wrong"), (login, ""), (Array(login.dropLast() + ["-uroot"]), ""),
      (["-S\(server.socket)", "-unobody"], ""),
    ] {
      let wrong = try await mariadb(options, password, "SELECT 1")
      #expect(wrong.stderr.contains("Access denied"), "\(options)")
    }
    for _ in 0..<2 { try await server.fill("new", rows: 1000) }
    let sums = try await server.sql("SELECT count(*), sum(length(text)) FROM new.big")
    #expect(sums == "2000\t2048000")
    try await server.sql("REVOKE TRIGGER ON *.* FROM \(server.accounts)")
    let grants = try await mariadb(login, Self.password, "SHOW GRANTS")
    #expect(grants.stdout.contains("SHOW VIEW") && !grants.stdout.contains("TRIGGER"))
    let told = try await program(
      ["mariadb", "-Nuroot", "-eSELECT @@port"], environment: server.environment)
    #expect(told.stdout == "\(server.port)\n")
    await server.end()
    #expect(!isListening(server.port))
  }

  @Test func `a PostgreSQL restored from a dump has the same digest and the same roles`()
    async throws
  {
    let server = try await PostgreSQLServer.start(in: scratch, password: Self.password)
    let copy = try await PostgreSQLServer.start(in: scratch, user: "restorer")
    try await server.sample("the shop=1")
    let dump = try await program(
      ["pg_dump", "-w", "-h", "127.0.0.1", "-U", server.user, "-d", "dbname='the shop=1'"],
      environment: ["PGPASSWORD": Self.password, "PGPORT": "\(server.port)"])
    #expect(dump.stderr == "")
    try await copy.sql("CREATE DATABASE other")
    try await copy.sql(dump.stdout, database: "other")
    let digest = try await server.digest(of: "the shop=1")
    let restored = try await copy.digest(of: "other")
    #expect(digest == restored)
    for part in ["view|public.rich", "large object|4711", "|public.orders|201|", "numbers|100|t"] {
      #expect(digest.contains(part))
    }
    try await copy.sql("DROP ROLE restorer")
    let globals = try await program(
      ["pg_dumpall", "--globals-only", "-U", "postgres"], environment: server.environment)
    // The one role that is there already.
    try await copy.sql(globals.stdout.replacing("CREATE ROLE postgres;", with: ""))
    let roles = try await server.roles()
    #expect(try await copy.roles() == roles)
    #expect(roles.contains("SCRAM-SHA-256") && roles.contains("member|pg_read_all_data|backup"))
  }

  @Test func `every change of a PostgreSQL changes its digest`() async throws {
    let server = try await PostgreSQLServer.start(in: scratch)
    try await server.sample("shop")
    var seen = [try await server.digest(of: "shop")]
    #expect(try await server.digest(of: "shop") == seen[0])
    for change in Self.postgreSQLChanges {
      try await server.sql(change, database: "shop")
      let digest = try await server.digest(of: "shop")
      #expect(!seen.contains(digest), "\(change)")
      seen.append(digest)
    }
    await #expect(throws: ServerError.self) { try await server.digest(of: "unknown") }
  }

  static let postgreSQLChanges = [
    #"UPDATE files SET data = '\x00' WHERE id = 2"#, "DELETE FROM events WHERE id = 1",
    #"INSERT INTO "we ird;""$chema"."Tä;ble" VALUES (NULL)"#, "DROP TABLE nothing",
    "DROP INDEX of_kind", "DO 'BEGIN PERFORM nextval(''numbers''); END'",
    "DO 'BEGIN PERFORM lo_unlink(4711); END'", "ALTER TYPE kind ADD VALUE 'robot'",
    "ALTER TABLE orders DISABLE TRIGGER after_order", "DROP TRIGGER after_order ON orders",
    "DROP FUNCTION doubled", "CREATE OR REPLACE VIEW rich AS SELECT 1 AS id, 'x' AS name",
    "REFRESH MATERIALIZED VIEW how_many WITH NO DATA",
    "ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey", "COMMENT ON TABLE customers IS ''",
    "ALTER TABLE events DETACH PARTITION events_past", "CREATE SCHEMA empty",
  ]

  @Test func `a PostgreSQL lets nobody in but with the password, is filled, and ends`() async throws
  {
    let server = try await PostgreSQLServer.start(
      in: scratch, password: Self.password, user: "o\"neil", superuser: true)
    let query = "SELECT usename, usesuper FROM pg_user WHERE usename = current_user"
    for host in ["127.0.0.1", server.socketFolder] {
      let right = try await psql(server, host, server.user, Self.password, query)
      #expect(right.stdout == "o\"neil|t\n")
      let wrong = try await psql(server, host, server.user, "wrong", query)
      #expect(wrong.stderr.contains("password authentication failed"))
    }
    let root = try await psql(server, "127.0.0.1", "postgres", "", query)
    #expect(root.status == 2)
    for _ in 0..<2 { try await server.fill("new", rows: 1000) }
    let sums = try await server.sql("SELECT count(*), sum(length(text)) FROM big", database: "new")
    #expect(sums == "2000|2048000")
    await server.end()
    #expect(!isListening(server.port))
  }

  @Test func `a database server that is killed cuts a dump short`() async throws {
    let mariaDB = try await MariaDBServer.start(in: scratch)
    let postgreSQL = try await PostgreSQLServer.start(in: scratch)
    try await mariaDB.sql("CREATE DATABASE shop")
    async let first = mariadb(["-S\(mariaDB.socket)", "-uroot"], "", "SELECT sleep(60)")
    async let second = psql(
      postgreSQL, postgreSQL.socketFolder, "postgres", "", "SELECT pg_sleep(60)")
    try await waitUntil { try await mariaDB.sql(Self.mariaDBSleepers) == "1" }
    try await waitUntil { try await postgreSQL.sql(Self.postgreSQLSleepers) == "1" }
    mariaDB.kill()
    postgreSQL.kill()
    let (lost, cut) = try await (first, second)
    #expect(lost.stderr.contains("Lost connection"))
    #expect(!cut.stderr.contains("FATAL"))
    #expect(cut.stderr.contains("server closed the connection unexpectedly"))
    await mariaDB.end()
    await postgreSQL.end()
    #expect(!isListening(mariaDB.port) && !isListening(postgreSQL.port))
  }

  static let mariaDBSleepers =
    "SELECT count(*) FROM information_schema.processlist WHERE info = 'SELECT sleep(60)'"
  static let postgreSQLSleepers =
    "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'"

  private func waitUntil(_ isSo: () async throws -> Bool) async throws {
    for _ in 0..<500 {
      if try await isSo() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("waited in vain")
  }

  private func dump(_ server: MariaDBServer, _ database: String, _ options: [String]) async throws
    -> ToolResult
  {
    try await program(
      ["mariadb-dump", "--no-defaults", "-u\(server.user)"] + options
        + ["--routines", "--events", "--hex-blob", "--default-character-set=utf8mb4", database],
      environment: ["MYSQL_PWD": server.password])
  }

  private func mariadb(_ options: [String], _ password: String, _ query: String) async throws
    -> ToolResult
  {
    try await program(
      ["mariadb", "--no-defaults"] + options + ["-N", "-e", query],
      environment: ["MYSQL_PWD": password])
  }

  private func psql(
    _ server: PostgreSQLServer, _ host: String, _ user: String, _ password: String, _ query: String
  ) async throws -> ToolResult {
    try await program(
      ["psql", "-XAtw", "-h", host, "-U", user, "-d", "postgres", "-c", query],
      environment: ["PGPASSWORD": password, "PGPORT": "\(server.port)"])
  }
}
