import Foundation
import TISBackupTestSupport
import Testing

/// Dumps that go wrong are told, and nothing of them is taken for a backup.
@Suite(.scratch)
struct DatabaseFaultTests {
  private let scratch = ScratchDirectory.path

  @Test func `a MariaDB that lets nobody in, or lacks the database, is told with a cure`()
    async throws
  {
    let server = try await MariaDBServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    try await server.fill("shop", rows: 3)
    try site.configure(server, "db_passwd = wrong")
    try await site.expectFailure(
      try await site.run(), "ERROR 1045", "Access denied for user 'backup'", "db_passwd")
    try site.configure(server, "db_name = shopp")
    try await site.expectFailure(
      try await site.run(), "there is no database 'shopp' on the server",
      "The server shows 'shop'", "db_name")
    try site.configure(server, "db_include = nothing*")
    try await site.expectFailure(
      try await site.run(), "no database is left to dump", "'shop'", "db_include")
    try site.configure(server)
    await server.end()
    try await site.expectFailure(
      try await site.run(), "Can't connect to local", "Does the server run there?", "db_host")
    #expect(try await site.rows("status") == ["ERROR", "ERROR", "ERROR", "ERROR"])
  }

  @Test func `a PostgreSQL that lets nobody in, or lacks the database, is told with a cure`()
    async throws
  {
    let server = try await PostgreSQLServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    try await server.fill("shop", rows: 3)
    try site.configure(server, "db_user = backup\ndb_passwd = wrong")
    try await site.expectFailure(
      try await site.run(), "password authentication failed for user \"backup\"", "db_passwd")
    try site.configure(server, "db_user = backup")
    try await site.expectFailure(try await site.run(), "no password supplied", ".pgpass")
    try site.configure(server, "db_name = shopp")
    try await site.expectFailure(
      try await site.run(), "database \"shopp\" does not exist", "db_name")
    try site.configure(server, "db_include = nothing*")
    try await site.expectFailure(
      try await site.run(), "no database is left to dump", "'shop'", "db_include")
    try site.configure(server)
    await server.end()
    try await site.expectFailure(
      try await site.run(), "Does the server run there?", "db_host")
  }

  @Test func `one database that fails spoils neither the others nor other sections`() async throws {
    let server = try await MariaDBServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    for name in ["a good", "broken", "z good"] { try await server.fill(name, rows: 200) }
    try await server.sql(
      """
      CREATE TABLE gone (id INT); CREATE VIEW seen AS SELECT * FROM gone; DROP TABLE gone;
      """, database: "broken")
    let other = """
      [other]
      type = mysql+ssh
      \(site.ssh.iniLines)
      db_user = \(server.user)
      db_passwd = \(server.password)
      db_host = \(server.socket)
      db_name = a good
      """
    try site.configure(server, global: other)
    let result = try await site.run()
    let kept = ["a good.sql.gz", "databases.sql", "users.sql", "z good.sql.gz"]
    try await site.expectFailure(result, "'broken'", "1356", "Repair or drop that view", kept: kept)
    #expect(result.stdout.contains("kept 2 dumps"), "\(result.stdout)")
    #expect(names(try site.backup(of: "other")) == ["a good.sql.gz", "databases.sql"])
    // Kept until it is known to be out of use: it is no backup.
    let proof = try await site.verify()
    #expect(proof.stdout.contains("no backup on record"), "\(proof.stdout)")
    try await server.sql("DROP VIEW seen", database: "broken")
    let next = try await site.run()
    #expect(next.status == 0, "\(next.stdout)\(next.stderr)")
    #expect(names(try site.backup()).count == 5)
  }

  @Test func `a table that a PostgreSQL login may not read fails its database alone`() async throws
  {
    let server = try await PostgreSQLServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    for name in ["shop", "secret"] { try await server.fill(name, rows: 20) }
    try await server.sql(
      """
      ALTER TABLE big ENABLE ROW LEVEL SECURITY;
      CREATE POLICY those ON big FOR SELECT USING (id > 2);
      """, database: "secret")
    try site.configure(server, "db_user = backup\ndb_passwd = \(server.password)")
    let result = try await site.run()
    try await site.expectFailure(
      result, "'secret'", "row-level security", "BYPASSRLS", kept: try kept(site))
    #expect(try kept(site).count == 4)
  }

  /// What there is in the one folder of the section, without the dump of `secret`.
  private func kept(_ site: DatabaseSite) throws -> [String] {
    let folder = "\(site.base)/\(DatabaseSite.section)"
    let place = try #require(names(folder).first { $0.hasPrefix("2") })
    return names("\(folder)/\(place)").filter { !$0.hasPrefix("secret") }
  }

  @Test(arguments: ["mysql", "pgsql"])
  func `a login shell that prints a greeting makes the dump an ERROR`(_ kind: String) async throws {
    let site = try await DatabaseSite.start()
    // Debian's bash reads it when sshd starts it.
    try write("echo 'Welcome to db1!'\n", to: "\(site.home)/.bashrc")
    let server = try await configure(site, kind)
    defer { withExtendedLifetime(server) {} }
    try await site.expectFailure(
      try await site.run(), "the dump of '", "does not begin", "must print nothing")
  }

  @Test(arguments: ["mysql", "pgsql"])
  func `a machine without the programs is told which package it lacks`(_ kind: String) async throws
  {
    let bin = "\(scratch)/bin"
    try makeFolder(bin)
    for name in ["sh", "bash", "env"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(bin)/\(name)", withDestinationPath: "/bin/\(name)")
    }
    let site = try await DatabaseSite.start(environment: ["PATH": bin])
    let server = try await configure(site, kind, "db_user = backup\ndb_passwd = s3cret word")
    defer { withExtendedLifetime(server) {} }
    try await site.expectFailure(
      try await site.run(), kind == "mysql" ? "lacks mysqldump" : "psql", "Install")
  }

  /// Starts a server that lives as long as what it gives.
  private func configure(_ site: DatabaseSite, _ kind: String, _ more: String = "") async throws
    -> Server
  {
    guard kind == "mysql" else {
      let server = try await PostgreSQLServer.start(in: scratch)
      try await server.fill("shop", rows: 3)
      try site.configure(server, more)
      return server.server
    }
    let server = try await MariaDBServer.start(in: scratch)
    try await server.fill("shop", rows: 3)
    try site.configure(server, more)
    return server.server
  }

  @Test func `text that is not of its database's encoding is told, and dumped as it is`()
    async throws
  {
    let server = try await PostgreSQLServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    try await server.sql(
      "CREATE DATABASE old TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
    try await server.sql(
      """
      SET client_encoding = 'SQL_ASCII';
      CREATE TABLE words (word text); INSERT INTO words VALUES (E'Gr\\xfc\\xdfe');
      """, database: "old")
    try site.configure(server, "db_name = old")
    try await site.expectFailure(
      try await site.run(), "'old'", "invalid byte sequence", "encoding = SQL_ASCII")
    try site.configure(server, "db_name = old\nencoding = SQL_ASCII")
    let dump = "old-\((try await site.backUp() as NSString).lastPathComponent).sql.gz"
    let found = try await program(
      ["sh", "-c", #"zcat "$1" | LC_ALL=C grep -c "$(printf 'Gr\374\337e')""#]
        + ["sh", "\(site.backup())/\(dump)"])
    #expect(found.stdout == "1\n")
    let proof = try await site.verify("--restore-test")
    #expect(proof.status == 0, "\(proof.stdout)\(proof.stderr)")
  }

  @Test func `a pg_dump that is older than the server is told`() async throws {
    let server = try await PostgreSQLServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    try await server.fill("shop", rows: 3)
    let version = try await server.sql("SHOW server_version").prefix { $0 != "." }
    let wire = try await DatabaseWire.start(
      to: server.port, .renewing(String(version), to: "\((Int(version) ?? 0) + 1)"))
    try site.configure(
      server,
      "db_user = backup\ndb_passwd = \(server.password)\ndb_host = 127.0.0.1\ndb_port = \(wire.port)"
    )
    try await site.expectFailure(
      try await site.run(), "server version mismatch", "older than the server", "postgresql-client")
  }
}
