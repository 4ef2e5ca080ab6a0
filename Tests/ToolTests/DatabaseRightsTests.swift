import Foundation
import TISBackupTestSupport
import Testing

/// Dumps that end well and still lack something are told apart from whole ones.
@Suite(.scratch)
struct DatabaseRightsTests {
  private let scratch = ScratchDirectory.path

  /// A run that ends as a Warning that says these.
  private func expectWarning(_ site: DatabaseSite, _ reasons: String...) async throws {
    let result = try await site.run()
    #expect(result.status == 1, "\(result.stdout)\(result.stderr)")
    let log = try await site.rows("replace(log, char(10), ' ')").last ?? ""
    for reason in ["not complete"] + reasons {
      #expect(result.stdout.contains(reason), "\(reason) in \(result.stdout)")
      #expect(log.contains(reason), "\(reason) in \(log)")
    }
    #expect(try await site.rows("status").last == "Warning")
    let test = try await site.run("--test-connection")
    for reason in reasons { #expect(test.stdout.contains(reason), "\(test.stdout)") }
    site.expectNothingLeft()
  }

  @Test func `a scheduler that is disabled hides events, which is told only where there are some`()
    async throws
  {
    let server = try await MariaDBServer.start(in: scratch, eventScheduler: "DISABLED")
    let site = try await DatabaseSite.start()
    try await server.fill("quiet", rows: 3)
    try site.configure(server)
    _ = try await site.backUp()
    try await server.fill("shop", rows: 3)
    // As a server that had its scheduler on left them.
    for name in ["one", "two"] {
      try await server.sql(
        """
        INSERT INTO mysql.event (db, name, body, definer, sql_mode, comment, originator, time_zone,
          body_utf8) VALUES ('shop', '\(name)', 'DO 1', 'root@localhost', '', '', 1, 'SYSTEM', '')
        """)
    }
    try await expectWarning(
      site, "'shop': its 2 events are left out, because event_scheduler is DISABLED")
    try site.configure(server, "db_exclude = shop")
    #expect(try await site.run().status == 0)
  }

  static let losses: [(statement: String, reason: String)] = [
    ("REVOKE TRIGGER ON *.* FROM", "'shop': db_user lacks TRIGGER"),
    ("REVOKE EVENT ON *.* FROM", "'shop': db_user lacks EVENT"),
    (
      "REVOKE SELECT ON *.* FROM X; GRANT SELECT ON shop.* TO",
      "'shop': db_user lacks SELECT on mysql.proc"
    ),
    ("REVOKE SELECT ON *.* FROM X; GRANT SELECT ON shop.orders TO", "'shop': db_user lacks SELECT"),
  ]

  @Test(arguments: losses)
  func `a login of a MariaDB that may not see all is told what it lacks`(
    _ loss: (statement: String, reason: String)
  ) async throws {
    let server = try await MariaDBServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    try await server.sql(
      """
      CREATE DATABASE shop; USE shop; CREATE TABLE orders (id INT); CREATE TABLE other (id INT);
      CREATE PROCEDURE nothing() SELECT 1;
      CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1;
      """)
    try site.configure(server)
    _ = try await site.backUp()
    try await server.sql(
      (loss.statement + " X").replacing("X", with: server.accounts))
    try await expectWarning(site, loss.reason)
  }

  @Test func `a login that may not read roles' passwords makes a warning, and roles without them`()
    async throws
  {
    let server = try await PostgreSQLServer.start(in: scratch)
    let site = try await DatabaseSite.start()
    try await server.fill("shop", rows: 3)
    try await server.sql("REVOKE pg_read_all_data FROM backup")
    try await server.sql(
      "GRANT SELECT ON ALL TABLES IN SCHEMA public TO backup; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO backup",
      database: "shop")
    try site.configure(server, "db_user = backup\ndb_passwd = \(server.password)")
    try await expectWarning(site, "the roles come without their passwords")
    let backup = try site.backup()
    let globals = try #require(names(backup).first { $0.hasPrefix("globals-") })
    let text = try await site.zcat("\(backup)/\(globals)")
    #expect(text.contains("CREATE ROLE backup") && !text.contains("SCRAM"))
  }
}
