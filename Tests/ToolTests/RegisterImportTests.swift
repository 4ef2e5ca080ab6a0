import Foundation
import TISBackupTestSupport
import Testing

@Suite("tisbackup-register --import", .scratch)
struct RegisterImportTests {
  /// A server of TISBackup with some history, beside a site of ours whose disk has its folders.
  private func move() async throws -> (site: Site, other: String) {
    let site = try await Site.start()
    let old = try await OldServer.make()
    try await old.add(.init(ago: 20))
    try await old.add(.init(ago: 10, status: "ERROR", hasLocation: false))
    try await old.add(.init(ago: 900, type: "CLEAN"), onDisk: false)
    try await old.add(.init(ago: 40, location: "\(old.base)/web1/20200101-10h00m00"), onDisk: false)
    try await old.add(.init(section: "other's", ago: 3), onDisk: false)
    let other = "\(site.folder)/old.sqlite"
    try FileManager.default.moveItem(atPath: old.catalog, toPath: other)
    try FileManager.default.removeItem(atPath: "\(site.base)/log")
    try site.configure(site.section("web1") + site.section("web2"))
    return (site, other)
  }

  @Test("history and backups come along once; what is not here is named, and then nothing changes")
  func takesOver() async throws {
    let (site, other) = try await move()
    let plan = try await site.tool("tisbackup-register", "--import", other, "--dry-run")
    #expect(plan.status == 1)
    #expect(
      plan.stdout.contains("would take over 1 backup and 2 rows of history; left out 1 whose"),
      "\(plan.stdout)")
    #expect(!exists(site.catalog))
    let result = try await site.tool("tisbackup-register", "--import", other)
    #expect(result.status == 1)
    #expect(result.stdout.contains("20200101-10h00m00"))
    #expect(result.stdout.contains("other's  Warning    0s  left out 1 row: not in the ini"))
    #expect(
      try await site.rows("SELECT status, TYPE FROM stats ORDER BY backup_start")
        == ["OK|CLEAN", "OK|BACKUP", "ERROR|BACKUP"])
    #expect(try await site.check("-s", "web1").stdout.contains("OK - web1: last OK 19h 54m ago"))
    let before = try bytes(site.catalog)
    let again = try await site.tool("tisbackup-register", "--import", other, "--json")
    let answer = try #require(try json(again.stdout) as? [String: Any])
    let parts = try #require(answer["sections"] as? [[String: Any]])
    #expect(parts[0]["known"] as? Int == 3 && parts[0]["backups"] as? Int == 0)
    #expect(parts[0]["left_out"] as? [String: Int] == ["absent": 1])
    #expect(try bytes(site.catalog) == before)
    #expect(try await site.run("-s", "web1").status == 0)
    #expect(try await site.tool("tisbackup-register", "--fsck").status == 0)
  }

  @Test("only the sections that are asked for take something")
  func sections() async throws {
    let (site, other) = try await move()
    let result = try await site.tool("tisbackup-register", "--import", other, "-s", "web2")
    #expect(!result.stdout.contains("web1"), "\(result.stdout)")
    #expect(try await site.rows("SELECT count(*) FROM stats") == ["0"])
  }

  @Test("a catalog that somebody writes to is refused, and the writer is not disturbed")
  func written() async throws {
    let (site, other) = try await move()
    let result = try await program(
      ["sqlite3", other],
      input: """
        BEGIN IMMEDIATE; DELETE FROM stats;
        .shell '\(toolPath("tisbackup-register"))' -c '\(site.ini)' --import '\(other)' 2>&1; echo status $?
        ROLLBACK; SELECT count(*) FROM stats;
        """)
    #expect(result.stdout.contains("is being written"), "\(result.stdout)\(result.stderr)")
    #expect(result.stdout.contains("status 3\n5\n"))
    #expect(!exists(site.catalog))
  }
}
