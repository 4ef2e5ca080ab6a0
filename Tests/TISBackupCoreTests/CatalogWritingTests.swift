import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite(.scratch) struct CatalogWritingTests {
  private func begin(_ catalog: Catalog, _ section: String = "web", at now: Instant = evening)
    throws -> RunKey
  {
    try catalog.begin(
      .backup, section: section, server: "srv", description: "d", at: now, by: someWriter)
  }

  private var outcome: Outcome {
    var outcome = Outcome(.ok, log: "it's\nwell; \"é\"")
    (outcome.files, outcome.writtenFiles) = (10, 2)
    (outcome.bytes, outcome.writtenBytes, outcome.transferredBytes) = (1 << 40, 5, 7)
    outcome.location = "/backup/web/20261123-19h10m54"
    return outcome
  }

  @Test func `a run that has begun is a row the old program survives`() async throws {
    let key = try begin(try Catalog.writable())
    #expect(key.startText == "2026-11-23T19:10:54.000000+01:00")
    #expect(
      try await sqlite3("select * from stats")
        == """
        web|srv|d|2026-11-23T19:10:54.000000+01:00|2026-11-23T19:10:54.000000+01:00||||||Running|\
        ||BACKUP|4711|boot-1|99|||||

        """)
    let row = try #require(try Catalog.readable().newest(of: "web").records.first)
    #expect(row.status == .running && row.duration == nil && row.writer == someWriter)
    #expect(row.isDead { _ in false } && !row.isDead { _ in true })
  }

  @Test func `a run that has ended says what it came to, its duration in hours`() async throws {
    let catalog = try Catalog.writable()
    try catalog.end(try begin(catalog), outcome, at: evening.adding(seconds: 5400))
    #expect(
      try await sqlite3(
        """
        select backup_end, backup_duration, total_files_count, written_files_count, total_bytes,
          written_bytes, status, backup_location, TYPE, transferred_bytes from stats
        """) == """
          2026-11-23T20:40:54.000000+01:00|1.5|10|2|1099511627776|5|OK|\
          /backup/web/20261123-19h10m54|BACKUP|7

          """)
    let row = try #require(try catalog.newest(of: "web").records.first)
    #expect(row.isGood && row.log == outcome.log && row.duration == 5400)
    #expect((row.files, row.writtenFiles, row.bytes, row.writtenBytes) == (10, 2, 1 << 40, 5))
  }

  @Test func `a clock that went back gives no negative duration`() async throws {
    let catalog = try Catalog.writable()
    try catalog.end(try begin(catalog), outcome, at: evening.adding(seconds: -3600))
    #expect(try await sqlite3("select backup_duration from stats") == "0\n")
    #expect(try catalog.newest(of: "web").records.map(\.duration) == [0])
  }

  @Test func `a run ends once, and only while its row is there`() throws {
    let catalog = try Catalog.writable()
    let key = try begin(catalog)
    try catalog.end(key, outcome, at: evening)
    let again = #expect(throws: BackupError.self) {
      try catalog.end(key, Outcome(.error), at: evening)
    }
    #expect(again?.code == .catalog)
    #expect(
      again?.message.text == """
        the catalog has 0 running rows of [web] begun at 2026-11-23T19:10:54.000000+01:00, not one
        """)
    #expect(try catalog.newest(of: "web").records.map(\.status) == [.ok])
  }

  @Test func `two runs that begin in the same instant are told apart`() throws {
    let catalog = try Catalog.writable()
    let keys = try (0..<3).map { _ in try begin(catalog) }
    #expect(keys.map { $0.start.microseconds - evening.microseconds } == [0, 1, 2])
    try catalog.end(keys[1], outcome, at: evening.adding(seconds: 1))
    try catalog.withdraw(keys[2])
    #expect(try catalog.newest(of: "web").records.map(\.status) == [.ok, .running])
    #expect(try begin(catalog, "mail").start == evening)
  }

  @Test func `a run that is taken back leaves no row, a run that ended keeps its own`() throws {
    let catalog = try Catalog.writable()
    let (kept, gone) = (try begin(catalog), try begin(catalog, "mail"))
    try catalog.end(kept, outcome, at: evening)
    try catalog.withdraw(gone)
    try catalog.withdraw(kept)
    #expect(try catalog.sectionNames() == ["web"])
  }

  @Test func `the row of a dead run is found again, whatever the form of its start`() async throws {
    try await makeOldCatalog()
    try await insertOldRow("web", "2026-11-23T19:10:54.000000", status: "Running")
    try await insertOldRow("web", "2026-11-22T19:10:54.000000", status: "ERROR")
    let catalog = try Catalog.writable()
    let rows = try catalog.newest(of: "web").records
    let (running, failed) = (try #require(rows.first), try #require(rows.last))
    let key = try #require(try catalog.key(of: running))
    #expect(key.startText == "2026-11-23T19:10:54.000000" && key.start == evening)
    try catalog.end(key, Outcome(.error, log: "died"), at: evening.adding(seconds: 60))
    #expect(try catalog.newest(of: "web").records.map(\.status) == [.error, .error])
    #expect(try catalog.key(of: running) == nil)
    #expect(try catalog.key(of: failed) == nil)
  }

  @Test func `cleaning marks the backups it names, and no export`() async throws {
    let catalog = try Catalog.writable()
    try catalog.addRun("web", after: 0, location: "/b/web/1")
    try catalog.addRun("web", after: 1, location: "/b/web/2")
    try catalog.addRun("web", after: 2, type: .export, location: "/b/web/1")
    try catalog.addRun("mail", after: 3, location: "/b/web/1")
    try await insertOldRow("web", "2026-11-20T19:10:54.000000", location: "/b/web/3", type: "")
    try await insertOldRow("web", "2026-11-20T19:10:54.000000", location: "/b/web/4", type: nil)
    let named = try catalog.newest(of: "web").records.filter { $0.location != "/b/web/2" }
    #expect(named.count == 3)
    for record in named { try catalog.markClean(record, because: "old", at: evening) }
    #expect(
      try await sqlite3(
        "select backup_name, backup_location, TYPE from stats order by 1, 2, backup_start") == """
          mail|/b/web/1|BACKUP
          web|/b/web/1|CLEAN
          web|/b/web/1|EXPORT
          web|/b/web/2|BACKUP
          web|/b/web/3|CLEAN
          web|/b/web/4|CLEAN

          """)
  }

  @Test(arguments: [
    "'; DROP TABLE stats; --", "x' OR '1'='1", "\"", "a%", "_", "é日👨‍👩‍👧", "a\nb", "\\", "a\u{0}b",
    "?1", ":name", "NULL", "", String(repeating: "n", count: 100_000),
  ])
  func `a name is data, whatever it looks like`(_ name: String) throws {
    let catalog = try Catalog.writable()
    try catalog.addRun("other", after: 0)
    let key = try begin(catalog, name)
    #expect(try catalog.sectionNames().sorted() == [name, "other"].sorted())
    var outcome = outcome
    (outcome.log, outcome.location) = (name, "/b/" + name)
    try catalog.end(key, outcome, at: evening.adding(seconds: 9))
    let row = try #require(try catalog.newest(of: name).records.first)
    #expect(row.section == name && row.log == name && row.location == "/b/" + name)
    #expect(try catalog.recentRuns(of: [name])[name]?.records.count == 1)
    #expect(try catalog.log(of: row, limit: 200_000) == name.prefix { $0 != "\0" })
    try catalog.markClean(row, because: "old", at: evening)
    #expect(try catalog.newest(of: name).records.isEmpty)
    #expect(try catalog.newest(of: "other").records.count == 1)
  }

  @Test func `what was added is read back as it was`() throws {
    let catalog = try Catalog.writable()
    var record = BackupRecord(
      section: "web", start: Instant(seconds: 1_792_891_800, microseconds: 1), status: .warning)
    (record.server, record.description, record.log) = ("srv", "d'", "l")
    record.end = record.start.adding(seconds: 3)
    (record.files, record.writtenFiles) = (0, 1)
    (record.bytes, record.writtenBytes) = (.max, .min)
    (record.location, record.type, record.writer) = ("/b/x", .export, someWriter)
    try catalog.add(record)
    #expect(try catalog.newest(of: "web", type: nil).records == [record])
  }

  @Test func `a copy is a whole catalog, and never takes the place of a file`() async throws {
    let catalog = try Catalog.writable()
    try catalog.addRun("web", after: 0)
    let copy = ScratchDirectory.path + "/it's a copy.sqlite"
    try catalog.copy(to: copy)
    #expect(try await sqlite3("select backup_name from stats", path: copy) == "web\n")
    #expect(throws: BackupError.self) { try catalog.copy(to: copy) }
    #expect(
      try Catalog(path: copy, access: .check, zone: .paris).newest(of: "web")
        == catalog.newest(of: "web"))
  }
}
