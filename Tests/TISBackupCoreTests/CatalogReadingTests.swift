import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite(.scratch) struct CatalogReadingTests {
  private func starts(_ rows: CatalogRows?) -> [Int] {
    rows?.records.map { $0.start.seconds(since: evening) } ?? []
  }

  @Test func `rows of TISBackup are read as it meant them`() async throws {
    try await makeOldCatalog()
    try await insertOldRow(
      "web", "2026-11-23T19:10:54.805858", location: "/backup/web/20261123-19h10m54")
    let row = try #require(try Catalog.readable().newest(of: "web").records.first)
    #expect(row.start.microseconds == 1_795_457_454_805_858)
    #expect(row.end == Instant(seconds: 1_795_458_000))
    #expect(row.duration == 546)
    #expect(row.isGood && row.server == "srv" && row.log == "old log" && row.writer == nil)
    #expect(row.location == "/backup/web/20261123-19h10m54")
    #expect((row.files, row.bytes) == (nil, nil))
  }

  @Test(arguments: [
    ("2026-11-23T19:10:54.805858+01:00", 0), ("2026-11-23T18:10:54.000000+00:00", 0),
    ("2026-11-23T19:10:54", 0), ("2026-11-23 19:10:54", 0), ("2026-10-25T02:30:00", -2_569_254),
  ])
  func `a start is read with its offset, or as local`(_ text: String, _ second: Int) async throws {
    try await makeOldCatalog()
    try await insertOldRow("web", text)
    let rows = try Catalog.readable().newest(of: "web")
    #expect(starts(rows) == [second])
    #expect(rows.unreadable == 0)
  }

  @Test(arguments: ["", "yesterday", "2026-11-23", "2026-02-30T00:00:00", "1795457454"])
  func `a start that is no time is counted, and never taken for a backup`(_ text: String)
    async throws
  {
    try await makeOldCatalog()
    try await insertOldRow("web", text)
    try await insertOldRow("web", "2026-11-23T19:10:54.000000")
    let catalog = try Catalog.readable()
    for rows in [try catalog.newest(of: "web"), try catalog.recentRuns(of: ["web"])["web"]] {
      #expect(starts(rows) == [0])
      #expect(rows?.unreadable == 1)
    }
  }

  @Test func `nothing in a row makes the reader stop`() async throws {
    try await makeOldCatalog()
    try await sqlite3(
      """
      insert into stats(backup_name, backup_start) values ('web', '2026-11-23T19:10:54.000000');
      insert into stats values ('web', 1, 2.5, '2026-11-22T19:10:54.000000', 'never', 'x', 'many',
        -1, 9223372036854775807, 1e30, x'ff00fe', x'e9', '', 'backup');
      insert into stats(backup_name, backup_start) values ('web', NULL);
      insert into stats(backup_name, backup_start) values ('web', x'ff');
      """)
    let rows = try Catalog.readable().newest(of: "web", type: nil)
    #expect(starts(rows) == [0, -86_400])
    #expect(rows.unreadable == 2)
    let (bare, odd) = (try #require(rows.records.first), try #require(rows.records.last))
    #expect(bare.end == nil && bare.location == nil)
    #expect(bare.status == .other("") && bare.type == .backup)
    #expect(odd.end == nil && odd.location == nil)
    #expect(odd.bytes == .max && odd.writtenFiles == -1)
    #expect(!odd.isGood && odd.type == .other("backup"))
  }

  @Test func `the newest come first, as many as were asked for and of the type that was meant`()
    throws
  {
    let catalog = try Catalog.writable()
    for day in 0..<5 { try catalog.addRun("web", after: day * 86_400) }
    try catalog.addRun("web", after: 10, type: .export)
    try catalog.addRun("web", after: 20, type: .clean)
    try catalog.addRun("mail", after: 30)
    #expect(starts(try catalog.newest(2, of: "web")) == [345_600, 259_200])
    #expect(starts(try catalog.newest(of: "web", type: .export)) == [10])
    #expect(starts(try catalog.newest(of: "web", type: nil)).suffix(3) == [20, 10, 0])
    #expect(starts(try catalog.newest(of: "mail")) == [30])
    #expect(starts(try catalog.newest(of: "Web")) == [])
    #expect(starts(try catalog.newest(0, of: "web")) == [])
  }

  @Test func `order is by time, not by text, in the hour that comes twice`() async throws {
    try await makeOldCatalog()
    let (first, second) = ("2026-10-25T02:50:00.000000+02:00", "2026-10-25T02:10:00.000000+01:00")
    try await insertOldRow("web", first, status: "OK")
    try await insertOldRow("web", second, status: "ERROR")
    let catalog = try Catalog.readable()
    #expect(try catalog.newest(of: "web").records.map(\.status) == [.error, .ok])
    #expect(
      try catalog.recentRuns(of: ["web"])["web"]?.records.map(\.status) == [.error, .ok])
  }

  @Test func `a good one of the future ends no search, with an index and without one`()
    async throws
  {
    try await makeOldCatalog()
    try await insertOldRow("web", "2027-11-23T19:10:54.000000", status: "OK")
    try await insertOldRow("web", "2026-11-23T18:00:00.000000", status: "ERROR")
    try await insertOldRow("web", "2026-11-20T18:00:00.000000", status: "OK")
    try await insertOldRow("web", "2026-11-10T18:00:00.000000", status: "OK")
    // More than a scan is worth, of which only one has runs.
    let names = ["web"] + (0..<Catalog.fewestToScan).map { "other\($0)" }
    for statement in ["SELECT 1", "CREATE INDEX i ON stats(backup_name, backup_start)"] {
      try await sqlite3(statement)
      let rows = try Catalog.readable().recentRuns(
        of: names, scanStart: evening.adding(seconds: -4 * 86_400), horizon: evening)["web"]
      #expect(rows?.records.map(\.status) == [.ok, .error, .ok], "\(statement)")
    }
  }

  @Test func `the runs that decide reach back to the newest good one, and logs are left out`()
    throws
  {
    let catalog = try Catalog.writable()
    for day in 0..<10 { try catalog.addRun("web", after: day * 86_400, day == 6 ? .ok : .error) }
    try catalog.addRun("web", after: 8 * 86_400 + 1, .ok, type: .export)
    try catalog.addRun("web", after: 8 * 86_400 + 2, .ok, type: .clean)
    let rows = try #require(try catalog.recentRuns(of: ["web", "none"])["web"])
    #expect(Array(starts(rows).prefix(4)) == [9, 8, 7, 6].map { $0 * 86_400 })
    #expect(rows.records.contains { $0.isGood && $0.start == evening.adding(seconds: 518_400) })
    #expect(starts(rows).count < 7, "older runs than the newest good one decide nothing")
    #expect(rows.records.allSatisfy { $0.log.isEmpty && $0.type == .backup })
    #expect(try catalog.recentRuns(of: ["none"]) == ["none": CatalogRows()])
    #expect(try catalog.recentRuns(of: []).isEmpty)
  }

  @Test func `without a good run all of them decide`() throws {
    let catalog = try Catalog.writable()
    for day in 0..<40 { try catalog.addRun("web", after: -day * 86_400, .warning) }
    #expect(try catalog.recentRuns(of: ["web"])["web"]?.records.count == 40)
    #expect(try catalog.recentRuns(of: ["web"], type: .export)["web"]?.records == [])
  }

  @Test func `of any history the newest good run is found`() throws {
    var random = SeededGenerator(seed: 41)
    let catalog = try Catalog.writable()
    let statuses: [RunStatus] = [.ok, .error, .warning, .other("x")]
    for number in 0..<60 {
      let section = "s\(number % 6)"
      let day = Int.random(in: -40...40, using: &random)
      try catalog.addRun(
        section, after: day * 43_200 + number, statuses.randomElement(using: &random) ?? .ok,
        type: Bool.random(using: &random) ? .backup : .export)
    }
    for number in 0..<6 {
      let section = "s\(number)"
      let all = try catalog.newest(of: section, type: nil).records.filter { $0.type == .backup }
      let recent = try #require(try catalog.recentRuns(of: [section])[section]?.records)
      let good = all.filter(\.isGood).map(\.start).max()
      #expect(recent.filter(\.isGood).map(\.start).max() == good)
      let deciding = all.filter { good == nil || $0.start >= good ?? $0.start }
      #expect(recent.map(\.start).starts(with: deciding.map(\.start)))
    }
  }

  @Test func `a log is found again by its run, cut where it was asked to`() throws {
    let catalog = try Catalog.writable()
    for (seconds, log) in [(0, "é one"), (1, "two"), (60, "three")] {
      var record = BackupRecord(
        section: "a_b", start: evening.adding(seconds: seconds), status: .error)
      record.log = log
      try catalog.add(record)
    }
    let other = BackupRecord(section: "axb", start: evening, status: .error)
    try catalog.add(other)
    let records = try catalog.newest(of: "a_b").records
    #expect(try records.map { try catalog.log(of: $0) } == ["three", "two", "é one"])
    #expect(try catalog.log(of: try #require(records.last), limit: 1) == "é")
    #expect(try catalog.log(of: other) == "")
    var none = other
    none.start = evening.adding(seconds: 5)
    #expect(try catalog.log(of: none) == "")
  }

  @Test func `every section that left a row is known, and every run that claims to run`() throws {
    let catalog = try Catalog.writable()
    #expect(try catalog.sectionNames() == [] && catalog.running().isEmpty)
    try catalog.addRun("web", after: 0)
    try catalog.addRun("mail", after: 1, .running)
    try catalog.addRun("web", after: 2, .running, type: .export)
    #expect(try catalog.sectionNames() == ["mail", "web"])
    #expect(try catalog.running().map(\.section) == ["web", "mail"])
  }
}
