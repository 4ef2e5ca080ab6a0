import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("tisbackup-register", .scratch)
struct RegisterTests {
  @Test("backups that the catalog lacks are found, proven, and get a row with a TYPE")
  func finds() async throws {
    let site = try await Site.start()
    _ = try await site.run()
    _ = try await site.run()
    try FileManager.default.removeItem(atPath: "\(site.base)/log")
    let plan = try await site.tool("tisbackup-register", "--dry-run")
    #expect(plan.status == 0)
    #expect(!exists(site.catalog))
    let result = try await site.tool("tisbackup-register")
    #expect(result.status == 0, "\(result.stderr)")
    let rows = try await site.rows(
      "SELECT status, TYPE, total_bytes, backup_location FROM stats ORDER BY backup_start")
    #expect(rows == site.snapshots().map { "OK|BACKUP|10008|\(site.base)/web1/\($0)" })
    #expect(try await site.check().status == 0)
    let again = try await site.tool("tisbackup-register")
    #expect(again.stdout.contains("every backup on disk is in the catalog"))
  }

  @Test("a run that was a Warning is registered as that: its receipt says so")
  func receipt() async throws {
    let site = try await Site.start()
    try site.configure(site.section("web1", "postexec_local = false"))
    #expect(try await site.run().status == 1)
    try FileManager.default.removeItem(atPath: "\(site.base)/log")
    _ = try await site.tool("tisbackup-register")
    #expect(try await site.rows("SELECT status FROM stats") == ["Warning"])
  }

  @Test("nothing empty, cut short or unfinished becomes OK")
  func leavesOut() async throws {
    let server = try await OldServer.make(
      OldServer.section("web1")
        + "[vm]\ntype=xen-xva\nxcphost=h\nserver_name=vm\npassword_file=/p\n"
        + "[db]\ntype=mysql+ssh\nserver_name=d\nprivate_key=/k\ndb_user=u\ndb_passwd=p\n")
    for folder in ["web1/20200101-10h00m00", "web1/20200102-10h00m00.partial", "web1/notes", "vm"] {
      try makeFolder("\(server.base)/\(folder)")
    }
    try makeFolder("\(server.base)/db/20200103-10h00m00")
    try write("cut", to: "\(server.base)/vm/vm-20200101-10h00m00.xva")
    try write("", to: "\(server.base)/vm/vm-20200102-10h00m00.xva")
    try write("no gzip", to: "\(server.base)/db/20200103-10h00m00/a.sql.gz")
    try write("x", to: "\(server.base)/web1/20200102-10h00m00.partial/file")
    let result = try await server.tool("tisbackup-register")
    #expect(result.status == 1)
    for reason in ["is empty", "unfinished", "is cut short", "is damaged"] {
      #expect(result.stdout.contains(reason), "\(reason): \(result.stdout)")
    }
    #expect(try await sqlite(server.catalog, "SELECT count(*) FROM stats") == ["0"])
  }

  @Test("a good dump and a good archive are registered")
  func otherTypes() async throws {
    let server = try await OldServer.make(
      "[vm]\ntype=xen-xva\nxcphost=h\nserver_name=vm\npassword_file=/p\n"
        + "[db]\ntype=mysql+ssh\nserver_name=d\nprivate_key=/k\ndb_user=u\ndb_passwd=p\n")
    let made = try await program([
      "sh", "-c",
      """
      mkdir -p "$1/vm" "$1/db/20200103-10h00m00" && cd "$1" && \
      printf -- '-- MySQL dump 1\\n-- Dump completed\\n' | gzip >db/20200103-10h00m00/a.sql.gz
      """, "sh", server.base,
    ])
    #expect(made.status == 0)
    let export = XVASample([XVASample.Disk("Ref:7", [1, 2, 3])]).bytes
    try SmallFile.write(export, to: "\(server.base)/vm/vm-20200101-10h00m00.xva")
    let result = try await server.tool("tisbackup-register")
    #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
    let rows = try await sqlite(
      server.catalog,
      "SELECT backup_name, status, TYPE, backup_start FROM stats ORDER BY backup_name")
    #expect(rows.count == 2)
    #expect(rows[0].hasPrefix("db|OK|BACKUP|2020-01-03T10:00:00.000000"))
    #expect(rows[1].hasPrefix("vm|OK|BACKUP|2020-01-01T10:00:00.000000"))
  }
}
