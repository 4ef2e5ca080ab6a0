import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("the days of a catalog", .scratch) struct CatalogDaysTests {
  private func add(
    _ catalog: Catalog, _ section: String, _ day: Int, _ hour: Int, _ status: RunStatus,
    type: RecordType = .backup, written: Int64? = nil
  ) throws {
    let civil = CivilTime(year: 2026, month: 11, day: day, hour: hour)
    var record = BackupRecord(
      section: section, start: LocalZone.paris.instant(of: civil), status: status)
    (record.type, record.writtenBytes) = (type, written)
    record.end = record.start.adding(seconds: 60)
    try catalog.add(record)
  }

  @Test func `tell the best that came of each, by local time, and what was stored`() throws {
    let catalog = try Catalog(
      path: "\(ScratchDirectory.path)/c.sqlite", access: .write, zone: .paris)
    try add(catalog, "web", 26, 23, .ok, written: 5)
    try add(catalog, "web", 27, 0, .error, written: 1)
    try add(catalog, "web", 27, 2, .warning, written: 2)
    try add(catalog, "web", 28, 1, .error)
    try add(catalog, "web", 28, 2, .ok, type: .clean, written: 7)
    try add(catalog, "web", 25, 2, .ok)
    try add(catalog, "db", 28, 3, .running)
    try add(catalog, "db", 27, 3, .ok, type: .export, written: 9)
    let days = try catalog.days(of: ["web", "db", "none"], since: "2026-11-26")
    #expect(days["none"] == [:])
    #expect(days["db"]?.mapValues(\.status) == ["2026-11-28": .running])
    #expect(
      days["web"]?.mapValues(\.status) == [
        "2026-11-26": .ok, "2026-11-27": .warning, "2026-11-28": .ok,
      ])
    #expect(days["web"]?.mapValues(\.writtenBytes)["2026-11-27"] == 3)
    #expect(days["web"]?.mapValues(\.runs)["2026-11-28"] == 2)
  }
}
