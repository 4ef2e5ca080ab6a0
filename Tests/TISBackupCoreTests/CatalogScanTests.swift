import TISBackupTestSupport
import Testing

@testable import TISBackupCore

/// Catalogs as TISBackup leaves them, without the index that answers quickly.
@Suite(.scratch) struct CatalogScanTests {
  /// 260 sections: fresh ones, old ones, failed ones, some whose rows are no times, some without.
  private static let rows = """
    WITH RECURSIVE section(s) AS (SELECT 1 UNION ALL SELECT s + 1 FROM section WHERE s < 250),
      run(r) AS (SELECT 0 UNION ALL SELECT r + 1 FROM run WHERE r < 40)
    INSERT INTO stats (backup_name, backup_start, backup_end, status, total_bytes, TYPE)
    SELECT 'srv' || s,
      CASE WHEN s % 17 = 3 AND r = 1 THEN 'yesterday' ELSE
        strftime('%Y-%m-%dT%H:%M:%S.000000', 1795457454 - r * 86400 - s * 700, 'unixepoch') END,
      strftime('%Y-%m-%dT%H:%M:%S.000000', 1795457454 - r * 86400 - s * 700 + 60, 'unixepoch'),
      CASE WHEN s % 5 = 0 AND r < s / 25 THEN 'ERROR' WHEN s % 7 = 1 AND r = 0 THEN 'Warning'
        WHEN s % 11 = 2 THEN 'ERROR' ELSE 'OK' END,
      r * 100 + s, CASE WHEN s % 13 = 4 AND r = 0 THEN 'EXPORT' WHEN r > 35 THEN 'CLEAN'
        WHEN s % 3 = 0 THEN 'BACKUP' ELSE NULL END
    FROM section, run;
    """

  @Test func `one scan finds what the index finds`() async throws {
    try await makeOldCatalog()
    try await sqlite3(Self.rows)
    let names = (1...260).map { "srv\($0)" }
    let questions = names.enumerated().map { index, name in
      var question = HistoryQuestion(section: name)
      question.countedSince =
        index % 9 == 0 ? nil : evening.adding(seconds: -(20 + index % 2) * 86_400)
      return question
    }
    func answers(_ type: RecordType) throws -> ([String: CatalogRows], [SectionHistory]) {
      let catalog = try Catalog.readable()
      return (
        try catalog.recentRuns(
          of: names, type: type, scanStart: evening.adding(seconds: -4 * 86_400)),
        try catalog.history(questions, type: type)
      )
    }
    #expect(try !Catalog.readable().hasStartIndex)
    let (scanned, counted) = try answers(.backup)
    let (exports, _) = try answers(.export)
    try await sqlite3("CREATE INDEX i ON stats(backup_name, backup_start)")
    #expect(try Catalog.readable().hasStartIndex)
    let (indexed, countedByIndex) = try answers(.backup)
    #expect(counted == countedByIndex)
    #expect(counted.contains { $0.copies ?? 0 > 15 } && counted.contains { $0.copies == nil })
    for (name, rows) in indexed {
      let other = try #require(scanned[name])
      let good = rows.records.filter(\.isGood).map(\.start).max()
      #expect(other.records.filter(\.isGood).map(\.start).max() == good, "\(name)")
      let since = good ?? Instant(microseconds: .min)
      #expect(
        other.records.filter { $0.start >= since } == rows.records.filter { $0.start >= since })
      #expect(other.unreadable == rows.unreadable, "\(name)")
    }
    #expect(try answers(.export).0["srv4"]?.records == exports["srv4"]?.records)
  }
}
