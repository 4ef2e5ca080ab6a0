import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite("how long a section usually takes", .scratch)
struct UsualDurationTests {
  /// Adds runs of a section, oldest first, that took so many seconds.
  private func add(
    _ seconds: [Int], _ section: String = "web", status: RunStatus = .ok,
    type: RecordType = .backup, day: Int = 0, to catalog: Catalog
  ) throws {
    for (index, took) in seconds.enumerated() {
      var record = BackupRecord(
        section: section, start: evening.adding(seconds: (day + index) * 86_400), status: status)
      record.end = record.start.adding(seconds: took)
      record.type = type
      try catalog.add(record)
    }
  }

  @Test(arguments: [
    ([], nil), ([60], 60), ([60, 20], 60), ([10, 20, 900], 20), ([900, 900, 10, 20, 30], 20),
    ([5, 900, 10], 10),
  ])
  func `is the middle of its last three good runs`(_ seconds: [Int], _ usual: Int?) throws {
    let catalog = try Catalog.writable()
    try add(seconds, to: catalog)
    #expect(try catalog.usualDurations(of: ["web"]) == (usual.map { ["web": $0] } ?? [:]))
  }

  @Test func `counts good backups alone`() throws {
    let catalog = try Catalog.writable()
    try add([100], to: catalog)
    for status in [RunStatus.error, .warning, .running] {
      try add([1, 1, 1], status: status, day: 1, to: catalog)
    }
    for type in [RecordType.export, .clean] {
      try add([1, 1, 1], type: type, day: 1, to: catalog)
    }
    try add([7], "other", to: catalog)
    #expect(
      try catalog.usualDurations(of: ["web", "other", "new"]) == ["web": 100, "other": 7])
  }

  @Test func `is known of the runs of TISBackup, too, where they can be read`() async throws {
    try await makeOldCatalog(withType: false)
    try await sqlite3(
      """
      insert into stats(backup_name, backup_start, backup_end, status) values
        ('web', '2026-11-23T19:10:00.000000', '2026-11-23T19:20:00.000000', 'OK'),
        ('web', '2026-11-24T19:10:00.000000', 'never', 'OK'),
        ('web', '2026-11-25T19:10:00.000000', NULL, 'OK'),
        ('back', '2026-11-25T19:10:00.000000+01:00', '2026-11-25T19:00:00.000000+01:00', 'OK');
      """)
    let durations = try Catalog.readable().usualDurations(of: ["web", "back"])
    #expect(durations == ["web": 600, "back": 0])
  }
}
