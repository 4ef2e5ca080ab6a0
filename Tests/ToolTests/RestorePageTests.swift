import Foundation
import TISBackupTestSupport
import Testing

/// `contrib/doc/restore.md`: every command in it is executed, on backups that the tools took of real
/// servers, and what comes back is compared.
@Suite("the page about restoring", .scratch, .timeLimit(.minutes(5)))
struct RestorePageTests {
  static let page = shippedFile("../contrib/doc/restore.md")

  /// The chapters that hold commands.
  enum Chapter: String, CaseIterable {
    case find = "Find the backup"
    case files = "Files: rsync, rsync+ssh"
    case mysql = "MySQL and MariaDB: mysql+ssh"
    case postgresql = "PostgreSQL: pgsql+ssh"
    case samba = "Samba: samba4"
    case unfinished = "What is unfinished"
    case catalog = "A lost catalog"
  }

  @Test("there is no other chapter with commands")
  func chapters() throws {
    #expect(try CommandPage.chapters(Self.page) == Set(Chapter.allCases.map(\.rawValue)))
  }

  @Test("every command of a chapter does what it says", arguments: Chapter.allCases)
  func commands(_ chapter: Chapter) async throws {
    let site = try RestoreSite()
    switch chapter {
    case .find: try await find(site)
    case .files: try await RestoreFiles(site: site).perform()
    case .mysql: try await RestoreMySQL(site: site).perform()
    case .postgresql: try await RestorePostgreSQL(site: site).perform()
    case .samba: try await RestoreSamba(site: site).perform()
    case .unfinished: try await unfinished(site)
    case .catalog: try await catalog(site)
    }
  }

  /// A site with one section `web1` and an export of it.
  private func prepareFiles(_ site: RestoreSite) async throws {
    let web1 = try await site.machine("web1.example.com")
    let source = "\(site.folder)/web1"
    try makeFolder(source)
    try await TreeFacts.sample(source)
    try site.add("web1", "type = rsync+ssh\n\(web1.iniLines)\nremote_dir = \(source)")
    try await site.backUp()
    try await site.export()
  }

  private func find(_ site: RestoreSite) async throws {
    try await prepareFiles(site)
    let page = try site.chapter(.find, [], ["/mnt/usb": site.disk])
    let name = try site.backup("web1")
    let found = try await page.run()
    for words in ["OK", "TISBACKUP OK", name] { #expect(found.contains(words), "\(found)") }
    #expect(try await page.run() == "web1/\(name)\n")
    #expect(try await page.run().contains("entries as recorded"))
    page.expectFinished()
  }

  private func unfinished(_ site: RestoreSite) async throws {
    let mariaDB = try await MariaDBServer.start(in: site.folder)
    try await mariaDB.sample("shop")
    // A view of a table that is gone cannot be dumped.
    try await mariaDB.sql(
      "CREATE DATABASE hurt; USE hurt; CREATE TABLE a (b INT); CREATE VIEW c AS SELECT b FROM a;"
        + "DROP TABLE a;")
    let db1 = try await site.machine("db1.example.com", environment: mariaDB.environment)
    try site.add("db1", RestoreMySQL.section(mariaDB, db1))
    try await site.backUp(2)
    let page = try site.chapter(.unfinished, ["db1"], [:])
    let printed = try await page.run()
    #expect(printed.contains("ERROR"))
    #expect(printed.contains("'hurt'"), "\(printed)")
    #expect(printed.hasSuffix("databases.sql\nshop.sql.gz\nusers.sql\n"), "\(printed)")
    page.expectFinished()
  }

  private func catalog(_ site: RestoreSite) async throws {
    try await prepareFiles(site)
    let page = try site.chapter(.catalog, [], ["/mnt/usb": site.disk])
    let log = "\(site.base)/log"
    let (before, name) = (try await TreeFacts.of("\(site.base)/web1"), try site.backup("web1"))

    try FileManager.default.removeItem(atPath: log)
    #expect(try await page.run().contains("registered \(site.base)/web1/\(name)"))
    #expect(try await rows(site) == ["OK|BACKUP"])

    try FileManager.default.removeItem(atPath: log)
    #expect(try await page.run() == "every backup on disk is in the catalog\n")
    #expect(try await rows(site) == ["OK|BACKUP", "OK|EXPORT"])

    try FileManager.default.removeItem(atPath: site.base)
    try makeFolder(site.base)
    #expect(try await tool("tisbackup-run", ["-c", site.ini]).status == 3)
    try await page.run("The backup disk was replaced")
    #expect(try await rows(site) == ["OK|BACKUP"])

    // A new machine remembers nothing of the old one.
    for path in [site.base, "\(site.folder)/state"] {
      try FileManager.default.removeItem(atPath: path)
    }
    try makeFolder(site.base)
    try await page.run("The backup server is lost too")
    #expect(try await rows(site) == ["OK|BACKUP"])
    // Receipt and manifest came back with it.
    let after = try await TreeFacts.of("\(site.base)/web1").split(separator: "\n")
    #expect(after.allSatisfy { before.split(separator: "\n").contains($0) || $0.contains("/log") })
    #expect(after.count { $0.hasPrefix("['.\(name)") } == 2)
    page.expectFinished()
  }

  @Test("the commands of RESTORE.txt load the dumps beside it, on the database server itself")
  func paper() async throws {
    let site = try RestoreSite()
    let (my, fresh) = (
      try await MariaDBServer.start(in: site.folder), try await MariaDBServer.start(in: site.folder)
    )
    let (pg, freshPG) = (
      try await PostgreSQLServer.start(in: site.folder, superuser: true),
      try await PostgreSQLServer.start(in: site.folder, superuser: true)
    )
    for name in ["shop", "crm"] { try await my.sample(name) }
    try await my.sql("CREATE USER web@'10.%' IDENTIFIED BY 'p'")
    for name in ["shop", "crm"] { try await pg.sample(name) }
    try await pg.sql("CREATE ROLE web LOGIN PASSWORD 'p'")
    let ssh = try await site.machine(
      "db.example.com", environment: my.environment.merging(pg.environment) { one, _ in one })
    try site.add("db1", RestoreMySQL.section(my, ssh))
    try site.add("pg1", RestorePostgreSQL.section(pg, ssh))
    try site.add("pg2", RestorePostgreSQL.section(pg, ssh) + "\ndb_format = custom")
    try await site.backUp()
    try await site.export()
    var commands = try text("\(site.disk)/RESTORE.txt").matches(
      of: #/(?m)^ {4,}(.*(?:psql|mysql|pg_restore)(?: .*)?)$/#
    ).map { String($0.1) }
    #expect(commands.count == 7)
    // The form that each of them is for, of which a server takes one.
    let places = [("db1", "shop", 3), ("pg1", "shop", 3), ("pg2", "crm", 1)]
    for (section, name, count) in places {
      let folder = "\(site.disk)/\(section)/\(try site.backup(section))"
      let date = String(try site.backup(section).prefix(17))
      for command in commands.prefix(count) {
        let line = command.replacing("NAME", with: name).replacing("DATE", with: date)
        let result = try await program(
          ["sh", "-e", "-c", line],
          environment: site.environment.merging(fresh.environment) { _, own in own }
            .merging(freshPG.environment) { _, own in own }.merging(["PGUSER": "postgres"]) { $1 },
          workingFolder: folder)
        #expect(result.status == 0, "\(line): \(result.stderr)")
      }
      commands.removeFirst(count)
    }
    #expect(try await fresh.digest(of: "shop") == my.digest(of: "shop"))
    for name in ["shop", "crm"] {
      #expect(try await freshPG.digest(of: name) == pg.digest(of: name))
    }
    #expect(try await freshPG.roles() == pg.roles())
    let grants = "SHOW GRANTS FOR web@'10.%'"
    #expect(try await fresh.sql(grants) == my.sql(grants))
  }

  private func rows(_ site: RestoreSite) async throws -> [String] {
    try await sqlite(
      "\(site.base)/log/tisbackup.sqlite", "SELECT status, TYPE FROM stats ORDER BY TYPE")
  }
}
