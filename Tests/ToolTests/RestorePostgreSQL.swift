import Foundation
import TISBackupTestSupport
import Testing

/// The chapter about PostgreSQL.
struct RestorePostgreSQL {
  let site: RestoreSite
  /// Nothing that a file name or a shell takes as it stands.
  private static let odd = "Tä b/l%e 'x\" $1"

  /// A section that dumps all databases of a server.
  static func section(_ server: PostgreSQLServer, _ ssh: SSHServer) -> String {
    """
    type = pgsql+ssh
    \(ssh.iniLines)
    db_user = \(server.user)
    db_passwd = \(server.password)
    """
  }

  func perform() async throws {
    let old = try await PostgreSQLServer.start(in: site.folder, superuser: true)
    let fresh = try await PostgreSQLServer.start(in: site.folder, superuser: true)
    let digests = try await prepare(old, fresh)
    let roles = try await old.roles()
    let files = "\(site.folder)/files"
    let page = try site.chapter(
      .postgresql, ["pg1", "pg2"],
      ["/var/lib/postgresql/": "\(files)/", "/var/tmp/": "\(files)/"])
    try makeFolder(files)

    let proven = try await page.run()
    #expect(proven.split(separator: "\n").count { $0.contains("restored") } == 2, "\(proven)")
    try await page.run("One database, under another name")
    #expect(try await old.digest(of: "shop_old") == digests["shop"])
    try await oneTable(page, old, digests["shop"])

    try await old.sql("DROP TABLE files", database: "shop")
    try await page.run("One database, in its place")
    #expect(try await old.digest(of: "shop") == digests["shop"])
    #expect(try await old.digest(of: "shop_before") != digests["shop"])
    try await page.run("One database, in its place")
    #expect(try await rights(old) == "{=Tc/staff,staff=CTc/staff,web=c/staff}")

    try await custom(page, old, digests["shop"], files)
    try await older(page, old, digests["shop"])
    try await page.run("All databases, on a fresh server")
    for (name, digest) in digests { #expect(try await fresh.digest(of: name) == digest, "\(name)") }
    #expect(try await fresh.roles() == roles)
    #expect(try await rights(fresh) == "{=Tc/staff,staff=CTc/staff,web=c/staff}")
    let third = try await PostgreSQLServer.start(in: site.folder, superuser: true)
    try await site.machine("pg4.example.com", environment: third.environment)
    try await page.run("All databases, on a fresh server")
    for (name, digest) in digests { #expect(try await third.digest(of: name) == digest, "\(name)") }
    #expect(try await third.roles() == roles)
    #expect(try await rights(third) == "{=Tc/staff,staff=CTc/staff,web=c/staff}")

    try await page.run("Afterwards")
    page.expectFinished()
  }

  private func prepare(_ old: PostgreSQLServer, _ fresh: PostgreSQLServer)
    async throws -> [String: String]
  {
    try await old.sql("CREATE ROLE web LOGIN PASSWORD 'p'; CREATE ROLE staff; GRANT staff TO web;")
    for name in ["shop", Self.odd] { try await old.sample(name) }
    try await old.sql(
      """
      ALTER DATABASE shop OWNER TO staff; GRANT CONNECT ON DATABASE shop TO web;
      ALTER DATABASE shop SET work_mem = '5MB'; ALTER ROLE web IN DATABASE shop SET jit = off;
      """)
    let pg1 = try await site.machine("pg1.example.com", environment: old.environment)
    try await site.machine("pg3.example.com", environment: fresh.environment)
    let lines = Self.section(old, pg1)
    try site.add("pg1", lines)
    try site.add("pg2", lines + "\ndb_format = custom")
    try await site.backUp()
    var digests: [String: String] = [:]
    for name in ["shop", Self.odd] { digests[name] = try await old.digest(of: name) }
    return digests
  }

  private func oneTable(_ page: CommandPage, _ old: PostgreSQLServer, _ digest: String?)
    async throws
  {
    // What the page says: the view that read the table is not the table's.
    try await old.sql("DROP MATERIALIZED VIEW how_many; DROP TABLE orders;", database: "shop")
    try await page.run("One table")
    try await old.sql(
      "CREATE MATERIALIZED VIEW how_many AS SELECT count(*) AS many FROM orders;", database: "shop")
    #expect(try await old.digest(of: "shop") == digest)
    try await old.sql(
      "UPDATE orders SET text = 'wrong'; DELETE FROM orders WHERE id > 5;", database: "shop")
    try await page.run("One table")
    #expect(try await old.digest(of: "shop") == digest)
  }

  private func older(_ page: CommandPage, _ old: PostgreSQLServer, _ digest: String?) async throws {
    let shown = try text(RestorePageTests.page).firstMatch(of: #/sed -E '\/.*restrict.*?'/#)
    let command = try #require(shown).0
    let folder = "\(site.base)/pg1/\(try site.backup("pg1"))"
    let left = try await program(
      [
        "sh", "-c",
        "zcat shop-*.gz | grep -c restrict; zcat shop-*.gz | \(command) | grep -c restrict",
      ],
      workingFolder: folder)
    #expect(left.stdout == "2\n0\n")
    try await page.run("With an older psql")
    #expect(try await old.digest(of: "shop_older") == digest)
  }

  private func rights(_ server: PostgreSQLServer) async throws -> String {
    try await server.sql(
      "SELECT ARRAY(SELECT a::text FROM unnest(datacl) AS a ORDER BY 1) FROM pg_database"
        + " WHERE datname = 'shop'")
  }

  private func custom(
    _ page: CommandPage, _ old: PostgreSQLServer, _ digest: String?, _ files: String
  ) async throws {
    let title = "From a custom dump"
    try await page.run(title)
    #expect(try await old.digest(of: "shop_two") == digest)
    try await old.sql("DROP DATABASE shop")
    try await page.run(title)
    #expect(try await old.digest(of: "shop") == digest)
    #expect(try await rights(old) == "{=Tc/staff,staff=CTc/staff,web=c/staff}")
    #expect(try await program(["chown", "postgres:", files]).status == 0)
    try await page.run(title)
    #expect(try await old.digest(of: "shop_fast") == digest)
    #expect(names(files) == [])
    let listed = try await page.run(title)
    #expect(listed.contains("TABLE DATA public orders"), "\(listed)")
    #expect(try text("\(files)/orders.sql").contains("by a procedure"))
  }
}
