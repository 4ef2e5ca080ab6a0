import Foundation
import TISBackupTestSupport
import Testing

/// The chapter about MySQL and MariaDB.
struct RestoreMySQL {
  let site: RestoreSite
  /// Nothing that a file name, a shell or a statement takes as it stands.
  private static let odd = "Tä b/l%e 'x` $1"

  /// A section that dumps all databases of a server.
  static func section(_ server: MariaDBServer, _ ssh: SSHServer) -> String {
    """
    type = mysql+ssh
    \(ssh.iniLines)
    db_user = \(server.user)
    db_passwd = \(server.password)
    """
  }

  func perform() async throws {
    let old = try await MariaDBServer.start(in: site.folder)
    let fresh = try await MariaDBServer.start(in: site.folder)
    let digests = try await prepare(old, fresh)
    let page = try site.chapter(.mysql, ["db1", "db1-accounts"], ["/root/": "\(site.folder)/"])

    #expect(try await page.run().contains("restored"))
    try await page.run("One database, under another name")
    #expect(try await old.digest(of: "shop_old") == digests["shop"])

    try await old.sql("SET FOREIGN_KEY_CHECKS = 0; USE shop; DROP TABLE orders;")
    try await page.run("One table")
    #expect(try await old.digest(of: "shop") == digests["shop"])

    try await old.sql("USE shop; DELETE FROM notes; CREATE TABLE later (id INT);")
    try await page.run("One database, in its place")
    #expect(try await old.digest(of: "shop") == digests["shop"])
    #expect(try text("\(site.folder)/shop-before.sql").contains("CREATE TABLE `later`"))

    try await page.run("All databases, on a fresh server")
    for (name, digest) in digests { #expect(try await fresh.digest(of: name) == digest, "\(name)") }
    try await page.run("Accounts")
    #expect(try await grants(fresh) == grants(old))
    try await fresh.sql("DROP USER web@'10.%'")
    try await page.run("Accounts")
    #expect(try await accounts(fresh) == accounts(old))

    let told = try await page.run("Afterwards")
    #expect(told.contains("shop.orders") && told.contains("OK"), "\(told)")
    page.expectFinished()
  }

  /// Fills the old server and takes a backup; gives the digests of the databases by their names.
  private func prepare(_ old: MariaDBServer, _ fresh: MariaDBServer) async throws -> [String:
    String]
  {
    try await old.sample("shop")
    // mysqldump itself cannot dump routines of a database whose name holds a quote.
    try await old.fill(Self.odd, rows: 10)
    try await old.sql(
      "CREATE USER web@'10.%' IDENTIFIED BY 'p'; GRANT SELECT ON shop.* TO web@'10.%'")
    let db1 = try await site.machine("db1.example.com", environment: old.environment)
    try await site.machine("db2.example.com", environment: fresh.environment)
    try site.add("db1", Self.section(old, db1))
    try site.add("db1-accounts", Self.section(old, db1) + "\ndb_name = mysql")
    try await site.backUp()
    // What the page says of the first line is true of these dumps.
    let first = try await program(
      ["sh", "-c", #"zcat "$1" | head -n 1"#, "sh"]
        + ["\(site.base)/db1/\(site.backup("db1"))/shop.sql.gz"])
    let said = #"/*M!999999\- enable the sandbox mode */"#
    #expect(first.stdout.hasPrefix(said), "\(first.stdout)")
    #expect(try text(RestorePageTests.page).contains("`\(said)`"))
    var digests: [String: String] = [:]
    for name in ["shop", Self.odd] { digests[name] = try await old.digest(of: name) }
    return digests
  }

  private func grants(_ server: MariaDBServer) async throws -> String {
    try await server.sql("SHOW GRANTS FOR web@'10.%'")
  }

  private func accounts(_ server: MariaDBServer) async throws -> String {
    try await server.sql(
      "SHOW GRANTS FOR web@'10.%'; SELECT * FROM mysql.global_priv ORDER BY 1, 2")
  }
}
