import Foundation
import TISBackupTestSupport
import Testing

/// Databases of everything are dumped, restored by the ordinary clients, and compared.
@Suite(.scratch)
struct DatabaseDumpTests {
  private let scratch = ScratchDirectory.path

  /// The sample, one in another character set, and one with nothing in it.
  static func fill(_ server: MariaDBServer) async throws {
    try await server.sample("shop")
    try await server.sql(
      """
      CREATE DATABASE `old latin` CHARACTER SET latin1 COLLATE latin1_german1_ci;
      CREATE TABLE `old latin`.words (word VARCHAR(20)) ENGINE=InnoDB;
      INSERT INTO `old latin`.words VALUES ('Grüße'), ('it''s');
      CREATE DATABASE empty;
      """)
  }

  @Test func `databases of a MariaDB come back from their dumps as they were`() async throws {
    let server = try await MariaDBServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    try await Self.fill(server)
    try site.configure(server)
    let backup = try await site.backUp()
    #expect(
      names(backup) == [
        "databases.sql", "empty.sql.gz", "old latin.sql.gz", "shop.sql.gz", "users.sql",
      ])
    for name in names(backup) { #expect(try facts("\(backup)/\(name)").mode == 0o600, "\(name)") }
    #expect(try facts(backup).mode == 0o700)
    let fresh = try await MariaDBServer.start(in: scratch)
    try await fresh.sql(text("\(backup)/databases.sql"))
    for database in ["empty", "old latin", "shop"] {
      let dump = try await site.zcat("\(backup)/\(database).sql.gz")
      try await fresh.sql(dump, database: database)
      let (old, new) = (
        try await server.digest(of: database), try await fresh.digest(of: database)
      )
      #expect(old == new)
    }
    #expect(try await fresh.digest(of: "old latin").contains("latin1_german1_ci"))
    let proof = try await site.verify("--restore-test")
    #expect(proof.status == 0, "\(proof.stdout)\(proof.stderr)")
    // Those of the sample, and the one in the other.
    #expect(proof.stdout.contains("restored 3 databases"), "\(proof.stdout)")
    #expect(proof.stdout.contains(try await Self.counted(server)), "\(proof.stdout)")
  }

  /// What a restore test says of a server, counted by the server.
  static func counted(_ server: MariaDBServer) async throws -> String {
    let tables = try await server.sql(
      """
      SELECT concat('`', table_schema, '`.`', replace(table_name, '`', '``'), '`')
        FROM information_schema.tables WHERE table_type = 'BASE TABLE'
        AND table_schema IN ('shop', 'old latin', 'empty')
      """
    ).split(separator: "\n")
    let counts = try await server.sql(
      tables.map { "SELECT count(*) FROM \($0);" }.joined(separator: "\n"))
    let rows = counts.split(separator: "\n").compactMap { Int($0) }.reduce(0, +)
    return "\(tables.count) tables, \(rows) rows"
  }

  @Test func `databases of a PostgreSQL come back from plain dumps, and its roles`() async throws {
    let server = try await PostgreSQLServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    try await Self.fill(server)
    try site.configure(server)
    let backup = try await site.backUp()
    let date = (backup as NSString).lastPathComponent
    #expect(
      names(backup) == [
        "databases.sql", "globals-\(date).sql.gz", "old latin-\(date).sql.gz",
        "postgres-\(date).sql.gz", "shop-\(date).sql.gz",
      ])
    let fresh = try await restored(site, from: server) { fresh, database in
      try await fresh.sql(
        try await site.zcat("\(backup)/\(database)-\(date).sql.gz"), database: database)
    }
    #expect(try await fresh.digest(of: "old latin").contains("database|LATIN1|C|C"))
    let proof = try await site.verify("--restore-test")
    #expect(proof.status == 0, "\(proof.stdout)\(proof.stderr)")
    #expect(proof.stdout.contains(try await Self.counted(server)), "\(proof.stdout)")
  }

  @Test func `databases of a PostgreSQL come back from custom dumps`() async throws {
    let server = try await PostgreSQLServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    try await Self.fill(server)
    try site.configure(server, "db_format = custom")
    let backup = try await site.backUp()
    let date = (backup as NSString).lastPathComponent
    #expect(
      names(backup) == [
        "databases.sql", "globals-\(date).sql.gz", "old latin-\(date).dump",
        "postgres-\(date).dump", "shop-\(date).dump",
      ])
    _ = try await restored(site, from: server) { fresh, database in
      let result = try await program(
        ["pg_restore", "--exit-on-error", "-U", "postgres", "-d", database]
          + ["\(backup)/\(database)-\(date).dump"], environment: fresh.environment)
      #expect(result.status == 0 && result.stderr == "", "\(result.stderr)")
    }
    let proof = try await site.verify("--restore-test")
    #expect(proof.status == 0, "\(proof.stdout)\(proof.stderr)")
    #expect(proof.stdout.contains(try await Self.counted(server)), "\(proof.stdout)")
  }

  static let databases = ["old latin", "postgres", "shop"]

  /// The sample, one in another character set and of another owner, and the one always there.
  static func fill(_ server: PostgreSQLServer) async throws {
    try await server.sample("shop")
    try await server.sql(
      """
      CREATE ROLE "the ""owner" LOGIN PASSWORD 'it''s';
      CREATE ROLE many CREATEDB; GRANT many TO "the ""owner"; ALTER ROLE many SET work_mem = '5MB';
      CREATE DATABASE "old latin" OWNER "the ""owner" TEMPLATE template0 ENCODING 'LATIN1'
        LC_COLLATE 'C' LC_CTYPE 'C';
      """)
    try await server.sql(
      "CREATE TABLE words (word text); INSERT INTO words VALUES ('Grüße'), ('it''s');",
      database: "old latin")
  }

  /// Restores roles, databases and what `load` does into a fresh server, and compares.
  private func restored(
    _ site: DatabaseSite, from server: PostgreSQLServer,
    _ load: (PostgreSQLServer, String) async throws -> Void
  ) async throws -> PostgreSQLServer {
    let backup = try site.backup()
    let fresh = try await PostgreSQLServer.start(in: scratch, user: "restorer")
    try await fresh.sql("DROP ROLE restorer")
    let date = (backup as NSString).lastPathComponent
    let globals = try await site.zcat("\(backup)/globals-\(date).sql.gz")
    // The one role that is there already.
    try await fresh.sql(globals.replacing("CREATE ROLE postgres;", with: ""))
    let (oldRoles, newRoles) = (try await server.roles(), try await fresh.roles())
    #expect(oldRoles == newRoles)
    try await fresh.sql(text("\(backup)/databases.sql"))
    for database in Self.databases {
      try await load(fresh, database)
      let (old, new) = (
        try await server.digest(of: database), try await fresh.digest(of: database)
      )
      #expect(old == new)
    }
    let owners = "SELECT datname, pg_get_userbyid(datdba) FROM pg_database ORDER BY 1"
    #expect(try await server.sql(owners) == fresh.sql(owners))
    return fresh
  }

  /// What a restore test says of a server, counted by the server.
  static func counted(_ server: PostgreSQLServer) async throws -> String {
    var (tables, rows) = (0, 0)
    for database in databases {
      let counts = try await server.sql(
        """
        SELECT format('SELECT count(*) FROM ONLY %s', oid::regclass) FROM pg_class
          WHERE relkind IN ('r', 'p') AND oid >= 16384 ORDER BY oid \\gexec
        """, database: database
      ).split(separator: "\n").compactMap { Int($0) }
      tables += counts.count
      rows += counts.reduce(0, +)
    }
    return "\(tables) tables, \(rows) rows"
  }

  @Test func `gzip_level decides how small dumps are`() async throws {
    let server = try await PostgreSQLServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    try await server.fill("shop", rows: 3000)
    for format in ["plain", "custom"] {
      var sizes: [Int] = []
      for level in [1, 9] {
        try site.configure(
          server, "db_name = shop\ndb_format = \(format)\ngzip_level = \(level)")
        #expect(try await site.run().status == 0)
        sizes.append(Int(try await site.rows("total_bytes").last ?? "") ?? 0)
      }
      #expect(sizes[0] > sizes[1] && sizes[1] > 1000, "\(format): \(sizes)")
    }
  }
}
