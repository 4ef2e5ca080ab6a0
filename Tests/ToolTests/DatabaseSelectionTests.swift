import Foundation
import TISBackupTestSupport
import Testing

/// Which databases are dumped, and names that try the quoting of five languages.
@Suite(.scratch)
struct DatabaseSelectionTests {
  private let scratch = ScratchDirectory.path

  /// Hostile names, and those of their files without what follows the database.
  static let names: [(database: String, file: String)] = [
    ("two  words", "two  words"), ("a\"b", "a\"b"), ("a`b", "a`b"), ("a/b", "a%2Fb"),
    ("../up", "%2E.%2Fup"), (".hidden", "%2Ehidden"), ("-rf", "-rf"), ("--help", "--help"),
    ("$HOME", "$HOME"), ("$(id)", "$(id)"), ("100%", "100%25"), ("a%2Fb", "a%252Fb"),
    ("ünïcødé", "ünïcødé"), ("b;drop", "b;drop"), ("*", "*"), ("~", "~"), ("a=b", "a=b"),
    ("port=1", "port=1"), ("new\nline", "new%0Aline"), ("tab\there", "tab%09here"),
    ("back\\slash", "back\\slash"), ("UPPER", "UPPER"), ("#x", "#x"), ("!y", "!y"),
  ]

  @Test func `databases of a MariaDB may be called anything`() async throws {
    let server = try await MariaDBServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    let all = Self.names + [("it's", "it's"), ("a b';drop", "a b';drop")]
    for (number, name) in all.enumerated() {
      try await server.fill(name.database, rows: number + 1)
    }
    try site.configure(server)
    let backup = try await site.backUp()
    #expect(
      Set(TISBackupTestSupport.names(backup))
        == Set(all.map { $0.file + ".sql.gz" } + ["databases.sql", "users.sql"]))
    let fresh = try await MariaDBServer.start(in: scratch)
    try await fresh.sql(text("\(backup)/databases.sql"))
    for (number, name) in all.enumerated() {
      try await fresh.sql(
        site.zcat("\(backup)/\(name.file).sql.gz"), database: name.database)
      let count = try await fresh.sql(
        "SELECT count(*) FROM \(MariaDBServer.identifier(name.database)).big")
      #expect(count == "\(number + 1)", "\(name)")
    }
    let proof = try await site.verify("--restore-test")
    #expect(proof.status == 0, "\(proof.stdout)\(proof.stderr)")
    #expect(proof.stdout.contains("restored \(all.count) databases"), "\(proof.stdout)")
  }

  @Test func `events of a database with a quote in its name are told to be beyond mysqldump`()
    async throws
  {
    let server = try await MariaDBServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    try await server.fill("shop", rows: 3)
    try await server.sql("CREATE DATABASE `it's`; USE `it's`; CREATE PROCEDURE p() SELECT 1;")
    try site.configure(server)
    let dump = try await site.zcat("\(site.backUp())/it's.sql.gz")
    #expect(dump.contains("PROCEDURE `p`"))
    _ = try await program(["rm", "-r", site.backup()])
    try await server.sql("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1", database: "it's")
    let result = try await site.run()
    try await site.expectFailure(
      result, "'it's'", "1049", "rename it", kept: ["databases.sql", "shop.sql.gz", "users.sql"])
  }

  @Test(arguments: ["plain", "custom"])
  func `databases of a PostgreSQL may be called anything`(_ format: String) async throws {
    let server = try await PostgreSQLServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    let all =
      Self.names + [("it's", "it's"), ("a b';drop", "a b';drop"), ("globals", "%67lobals")]
    for (number, name) in all.enumerated() {
      try await server.fill(name.database, rows: number + 1)
    }
    try site.configure(server, "db_format = \(format)\ndb_exclude = postgres")
    let backup = try await site.backUp()
    let date = (backup as NSString).lastPathComponent
    let end = "-\(date)\(format == "plain" ? ".sql.gz" : ".dump")"
    #expect(
      Set(TISBackupTestSupport.names(backup))
        == Set(all.map { $0.file + end } + ["databases.sql", "globals-\(date).sql.gz"]))
    let proof = try await site.verify("--restore-test")
    #expect(proof.status == 0, "\(proof.stdout)\(proof.stderr)")
    let rows = (1...all.count).reduce(0, +)
    #expect(
      proof.stdout.contains("restored \(all.count) databases"), "\(proof.stdout)")
    #expect(proof.stdout.contains("\(all.count) tables, \(rows) rows"), "\(proof.stdout)")
  }

  static let choices: [(keys: String, dumped: [String])] = [
    ("", ["crm_1", "crm_2", "shop", "test"]), ("db_name = shop", ["shop"]),
    ("db_name = mysql", ["mysql"]), ("db_include = crm_*", ["crm_1", "crm_2"]),
    ("db_include = crm_*, shop\ndb_exclude = *_1", ["crm_2", "shop"]),
    ("db_exclude = t?st, crm_[12]", ["shop"]), ("db_include = mysql, shop", ["mysql", "shop"]),
    ("db_include = *", ["crm_1", "crm_2", "shop", "test"]),
    ("db_include = m*, shop", ["shop"]),
  ]

  @Test func `db_name, db_include and db_exclude choose, and never by chance the server's own`()
    async throws
  {
    let server = try await MariaDBServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    for name in ["crm_1", "crm_2", "shop", "test"] {
      try await server.sql("CREATE DATABASE \(name)")
    }
    for choice in Self.choices {
      try site.configure(server, choice.keys)
      let test = try await site.run("--test-connection")
      let list = choice.dumped.map { "'\($0)'" }.joined(separator: ", ")
      #expect(test.stdout.contains("would dump \(list)"), "\(choice.keys): \(test.stdout)")
      #expect(!test.stdout.contains("would dump \(list),"), "\(choice.keys)")
    }
    try site.configure(server, "db_include = mysql, shop")
    let result = try await site.run()
    #expect(result.status == 0, "\(result.stderr)")
    #expect(
      TISBackupTestSupport.names(try site.backup())
        == ["databases.sql", "mysql.sql.gz", "shop.sql.gz", "users.sql"])
    // Every server has the other one already.
    let definitions = try text("\(site.backup())/databases.sql")
    #expect(definitions.hasPrefix("CREATE DATABASE `shop` ") && !definitions.contains("mysql"))
  }
}
