import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("the row of a run that died", .scratch)
struct DeadRunTests {
  private let bench: Bench
  private var place: String { "\(bench.base)/web1/\(Bench.date)" }

  init() throws { bench = try Bench() }

  /// Begins a run, and settles with a world in which its writer lives or not.
  private func settled(isAlive: Bool = false, before settle: () throws -> Void = {}) throws
    -> BackupRecord
  {
    let catalog = try bench.catalog(.write)
    _ = try catalog.begin(
      .backup, section: "web1", server: "192.0.2.10", description: "", at: Bench.now,
      by: .scripted)
    try settle()
    let section = bench.sections[0]
    let world = Transcript([]).world(
      now: Bench.now.adding(seconds: 86_400), isAlive: { _ in isAlive })
    let store = SnapshotStore(
      section: section, folder: bench.layout.folder(of: section), world: world)
    try store.settleDeadRuns(in: catalog)
    return try #require(try bench.rows().first)
  }

  private func receipt(_ status: RunStatus) throws {
    var outcome = Outcome(status, log: "as it was")
    (outcome.files, outcome.bytes) = (2, 5)
    try RunReceipt(
      section: bench.sections[0], start: Bench.now, end: Bench.now.adding(seconds: 90),
      outcome: outcome,
      zone: .utc
    ).write(forBackup: place)
  }

  @Test(arguments: [RunStatus.ok, .warning])
  func `is ended as its receipt proves`(_ status: RunStatus) throws {
    let row = try settled {
      try bench.snapshot(Bench.date)
      try receipt(status)
    }
    #expect(row.status == status)
    #expect(row.location == place)
    #expect(row.end == Bench.now.adding(seconds: 90))
    #expect((row.files, row.bytes) == (2, 5))
    #expect(row.log == "as it was")
  }

  @Test func `without a finished backup is ended as failed, when it began`() throws {
    let row = try settled { try bench.snapshot("\(Bench.date).partial") }
    #expect(row.status == .error)
    #expect(row.location == nil)
    #expect(row.end == Bench.now)
    #expect(row.log == "the run died before it ended (process 4711)")
  }

  @Test func `with a receipt but without the name is failed: it was not renamed yet`() throws {
    let row = try settled {
      try bench.snapshot("\(Bench.date).partial")
      try receipt(.ok)
    }
    #expect(row.status == .error)
  }

  @Test(arguments: ["", "{", "{\"section\": \"web1\"}", "null"])
  func `with a receipt nobody can read is failed`(_ json: String) throws {
    let row = try settled {
      try bench.snapshot(Bench.date)
      try write(json, to: "\(bench.base)/web1/.\(Bench.date).json")
    }
    #expect(row.status == .error)
    #expect(names("\(bench.base)/web1").contains(Bench.date))
  }

  @Test func `with the receipt of another section is failed`() throws {
    let row = try settled {
      try bench.snapshot(Bench.date)
      try receipt(.ok)
      let path = "\(bench.base)/web1/.\(Bench.date).json"
      try write(text(path).replacing("\"web1\"", with: "\"web2\""), to: path)
    }
    #expect(row.status == .error)
  }

  @Test func `is left alone while its writer lives`() throws {
    #expect(try settled(isAlive: true).status == .running)
  }

  @Test func `is left alone when TISBackup wrote it, for nobody knows its writer`() async throws {
    let catalog = try bench.catalog(.write)
    try await bench.sqlite(
      """
      INSERT INTO stats (backup_name, backup_start, backup_end, status, TYPE) VALUES
        ('web1', '2023-11-14T20:00:00.1', '2023-11-14T20:00:00.2', 'Running', 'BACKUP');
      """)
    let world = Transcript([]).world(isAlive: { _ in false })
    try SnapshotStore(section: bench.sections[0], folder: "\(bench.base)/web1", world: world)
      .settleDeadRuns(in: catalog)
    #expect(try bench.rows().map(\.status) == [.running])
  }
}
