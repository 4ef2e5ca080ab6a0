import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("what unchanged files are linked to", .scratch)
struct LinkTargetTests {
  struct Row: Sendable {
    var status: RunStatus
    var hours: Int
    var isOnDisk = true
    var type = RecordType.backup
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var rows: [Row]
    /// The age in hours of the backups that are linked, best first.
    var targets: [Int]
  }

  @Test(arguments: [
    Case(testDescription: "nothing yet", rows: [], targets: []),
    Case(
      testDescription: "the newest good one alone",
      rows: [Row(status: .ok, hours: 1), Row(status: .ok, hours: 25)], targets: [1]),
    Case(
      testDescription: "a newer partial one comes first, the good one second",
      rows: [Row(status: .warning, hours: 1), Row(status: .ok, hours: 25)], targets: [1, 25]),
    Case(
      testDescription: "only the newest of many partial ones",
      rows: (1...25).map { Row(status: .warning, hours: $0) } + [Row(status: .ok, hours: 26)],
      targets: [1, 26]),
    Case(
      testDescription: "a partial one that is older than the good one is of no use",
      rows: [Row(status: .ok, hours: 1), Row(status: .warning, hours: 2)], targets: [1]),
    Case(
      testDescription: "a machine that never had a good one",
      rows: [Row(status: .warning, hours: 1), Row(status: .warning, hours: 2)], targets: [1]),
    Case(
      testDescription: "failed, running, removed and exported ones never",
      rows: [
        Row(status: .error, hours: 1), Row(status: .running, hours: 2),
        Row(status: .ok, hours: 3, type: .clean), Row(status: .ok, hours: 4, type: .export),
      ], targets: []),
    Case(
      testDescription: "what is gone from the disk gives way to an older one",
      rows: [
        Row(status: .warning, hours: 1, isOnDisk: false),
        Row(status: .ok, hours: 2, isOnDisk: false),
        Row(status: .ok, hours: 3),
      ], targets: [3]),
    Case(
      testDescription: "also to one that is many days older",
      rows: [Row(status: .ok, hours: 1, isOnDisk: false), Row(status: .ok, hours: 240)],
      targets: [240]),
  ])
  func `are the newest good backup and a newer partial one`(_ example: Case) throws {
    let bench = try Bench()
    let catalog = try bench.catalog(.write)
    for row in example.rows {
      try bench.row(row.status, hours: row.hours, type: row.type)
      if row.isOnDisk { try bench.snapshot(Bench.name(hours: row.hours)) }
    }
    let targets = try SnapshotStore(bench).linkTargets(in: catalog).paths
    #expect(targets == example.targets.map { "\(bench.base)/web1/\(Bench.name(hours: $0))" })
  }

  @Test func `a backup of TISBackup serves, wherever the disk was mounted then`() async throws {
    let bench = try Bench()
    let catalog = try bench.catalog(.write)
    try bench.snapshot("20231113-22h00m00")
    try await bench.sqlite(
      """
      INSERT INTO stats (backup_name, backup_start, backup_end, status, backup_location, TYPE)
      VALUES ('web1', '2023-11-13T22:00:00.805858', '2023-11-13T22:10:00.1', 'OK',
        '/mnt/old/web1/20231113-22h00m00/', 'BACKUP');
      """)
    let targets = try SnapshotStore(bench).linkTargets(in: catalog).paths
    #expect(targets == ["\(bench.base)/web1/20231113-22h00m00"])
  }

  @Test func `a record that points to a file links nothing`() throws {
    let bench = try Bench()
    try makeFolder("\(bench.base)/web1")
    let file = try write("x", to: "\(bench.base)/web1/dump.gz")
    try bench.row(.ok, hours: 1, location: file)
    #expect(try SnapshotStore(bench).linkTargets(in: bench.catalog()).paths == [])
  }
}

extension SnapshotStore {
  /// The store of the first section of a bench.
  init(_ bench: Bench, transcript: Transcript = Transcript([])) throws {
    let section = try #require(bench.sections.first)
    self.init(
      section: section, folder: bench.layout.folder(of: section), world: transcript.world())
  }
}
