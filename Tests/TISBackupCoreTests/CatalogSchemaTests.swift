import Foundation
import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite(.scratch) struct CatalogSchemaTests {
  private static let names = """
    backup_name|TEXT
    server_name|TEXT
    description|TEXT
    backup_start|TEXT
    backup_end|TEXT
    backup_duration|NUMERIC
    total_files_count|INT
    written_files_count|INT
    total_bytes|INT
    written_bytes|INT
    status|TEXT
    log|TEXT
    backup_location|TEXT
    TYPE|TEXT

    """
  private static let ours = """
    writer_pid|INT
    writer_boot|TEXT
    writer_start|INT
    transferred_bytes|INT
    verified_at|TEXT
    verified_status|TEXT
    verified_log|TEXT
    restore_seconds|REAL

    """
  private static let indexes = """
    idx_stats_backup_bad|backup_name
    idx_stats_backup_location|backup_location
    idx_stats_backup_name|backup_name
    idx_stats_backup_name_start|backup_name,backup_start
    idx_stats_backup_proof|backup_name,backup_start

    """

  private func columns() async throws -> String {
    try await sqlite3("select name || '|' || type from pragma_table_info('stats') order by cid")
  }

  private func indexes() async throws -> String {
    try await sqlite3(
      """
      select l.name, group_concat(i.name) from pragma_index_list('stats') l,
        pragma_index_info(l.name) i group by l.name order by l.name
      """)
  }

  private func bytes() throws -> Data { try Data(contentsOf: URL(filePath: catalogPath)) }

  private func rights(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test func `a fresh catalog has TISBackup's columns in its order, then ours, and its indexes`()
    async throws
  {
    _ = try Catalog.writable()
    #expect(try await columns() == Self.names + Self.ours)
    #expect(try await indexes() == Self.indexes)
    #expect(
      try await sqlite3("select name from sqlite_schema where type='table' order by name")
        == "export_copies\nexport_targets\noutbox\noutbox_targets\nstats\n")
    #expect(try await sqlite3("pragma journal_mode; pragma integrity_check") == "delete\nok\n")
    #expect(
      try await sqlite3(
        "select count(*) from pragma_table_info('stats') where \"notnull\" or pk") == "0\n")
  }

  @Test func `an index of an earlier version makes way for those of today`() async throws {
    _ = try Catalog.writable()
    try await sqlite3(
      """
      drop index idx_stats_backup_proof; drop index idx_stats_backup_bad;
      create index idx_stats_backup_verified on stats(backup_name, verified_at)
        where verified_at is not null;
      """)
    _ = try Catalog.writable()
    #expect(try await indexes() == Self.indexes)
  }

  @Test func `the newest proof and those that failed are found by an index of their own`()
    async throws
  {
    _ = try Catalog.writable()
    let rows = "from stats where backup_name='web' and (TYPE='BACKUP' or TYPE='' or TYPE is null)"
    for (statement, index) in [
      (
        "select verified_at \(rows) and verified_at is not null order by backup_start desc limit 1",
        "idx_stats_backup_proof"
      ), ("select count(*) \(rows) and \(CatalogSchema.isProvenBad)", "idx_stats_backup_bad"),
    ] {
      let plan = try await sqlite3("explain query plan \(statement)")
      #expect(plan.contains("INDEX \(index) ") && !plan.contains("TEMP B-TREE"), "\(plan)")
    }
  }

  @Test func `what the schema claims to be TISBackup's columns is what it makes`() async throws {
    _ = try Catalog.writable()
    let made = try await columns().split(separator: "\n").map { $0.prefix { $0 != "|" } }
    #expect(
      made.map(String.init) == CatalogSchema.columns + CatalogSchema.addedColumns.map(\.name))
  }

  @Test func `a fresh catalog is its owner's alone, or the group's where the folder says so`()
    throws
  {
    _ = try Catalog.writable()
    #expect(try rights(catalogPath) == 0o600)
    let shared = ScratchDirectory.path + "/shared"
    try FileManager.default.createDirectory(atPath: shared, withIntermediateDirectories: false)
    try FileManager.default.setAttributes([.posixPermissions: 0o2750], ofItemAtPath: shared)
    _ = try Catalog(path: shared + "/c.sqlite", access: .write, zone: .paris)
    #expect(try rights(shared + "/c.sqlite") == 0o640)
  }

  @Test func `a catalog is never made through a symbolic link that leads nowhere`() throws {
    let target = ScratchDirectory.path + "/elsewhere"
    try FileManager.default.createSymbolicLink(atPath: catalogPath, withDestinationPath: target)
    let error = #expect(throws: BackupError.self) { try Catalog.writable() }
    #expect(error?.code == .storage)
    #expect(!FileManager.default.fileExists(atPath: target))
  }

  @Test func `a very old catalog gains the type, and all its rows are backups`() async throws {
    try await makeOldCatalog(withType: false)
    try await sqlite3(
      """
      insert into stats(backup_name, backup_start, backup_end, status)
      values ('web', '2026-11-23T19:10:54.000000', '2026-11-23T19:20:00.000000', 'OK')
      """)
    let before = try Catalog.readable()
    #expect(try before.newest(of: "web").records.map(\.type) == [.backup])
    let catalog = try Catalog.writable()
    #expect(try catalog.newest(of: "web").records.map(\.start) == [evening])
    #expect(try await columns() == Self.names + Self.ours)
    #expect(try await indexes() == Self.indexes)
    #expect(try await sqlite3("select TYPE, status from stats") == "BACKUP|OK\n")
  }

  @Test func `a catalog of TISBackup gains our columns and keeps every row`() async throws {
    try await makeOldCatalog()
    try await insertOldRow("web", "2026-11-23T19:10:54.000000", location: "/b/web/1")
    try await insertOldRow("web", "2026-11-22T19:10:54.000000", type: "EXPORT")
    try await insertOldRow("web", "2026-11-21T19:10:54.000000", type: "")
    let dump = "select \(CatalogSchema.columns.joined(separator: ",")) from stats order by 4"
    let rows = try await sqlite3(dump)
    _ = try Catalog.writable()
    #expect(try await sqlite3(dump) == rows)
    #expect(try await columns() == Self.names + Self.ours)
  }

  @Test func `the old program can still write and read what ours has widened`() async throws {
    _ = try Catalog.writable()
    try await insertOldRow("web", "2026-11-23T19:10:54.000000")
    #expect(try Catalog.readable().newest(of: "web").records.map(\.isGood) == [true])
  }

  @Test func `half a migration is finished by the next`() async throws {
    try await makeOldCatalog()
    try await sqlite3(
      "alter table stats add column writer_pid INT; alter table stats add column writer_boot TEXT")
    _ = try Catalog.writable()
    #expect(try await columns() == Self.names + Self.ours)
    #expect(try await indexes() == Self.indexes)
  }

  @Test func `opening a catalog that is of the present form writes nothing`() throws {
    try Catalog.writable().addRun("web", after: 0)
    let before = try bytes()
    for _ in 0..<3 { _ = try Catalog.writable() }
    #expect(try bytes() == before)
  }

  @Test func `a reader changes nothing in an old file, and reads it`() async throws {
    try await makeOldCatalog()
    try await insertOldRow("web", "2026-11-23T19:10:54.000000")
    let before = try bytes()
    for access in [Catalog.Access.check, .read] {
      let catalog = try Catalog(path: catalogPath, access: access, zone: .paris)
      let rows = try catalog.newest(of: "web")
      #expect(rows.records.count == 1 && rows.records.allSatisfy { $0.writer == nil })
      #expect(try catalog.recentRuns(of: ["web"])["web"]?.records.count == 1)
      #expect(try catalog.running().isEmpty)
    }
    #expect(try bytes() == before)
    let names = try FileManager.default.contentsOfDirectory(atPath: ScratchDirectory.path)
    #expect(names == ["tisbackup.sqlite"])
  }

  @Test func `a catalog in WAL mode is turned back for readers without write access`() async throws
  {
    try await makeOldCatalog()
    try await sqlite3("pragma journal_mode=wal; insert into stats(backup_name) values ('x')")
    _ = try Catalog.writable()
    #expect(try await sqlite3("pragma journal_mode") == "delete\n")
    #expect(try await sqlite3("select backup_name from stats") == "x\n")
  }
}
