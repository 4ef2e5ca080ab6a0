import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("registering backups from disk", .scratch)
struct RegisterTests {
  private let bench: Bench
  private var folder: String { "\(bench.base)/web1" }

  init() throws { bench = try Bench() }

  private func plan(_ bench: Bench, _ steps: [Transcript.Step] = [], zone: LocalZone = .utc)
    async throws -> [RegisterCandidate]
  {
    let transcript = Transcript(steps: steps)
    let job = RegisterJob(
      bench.configuration, bench.sections, world: transcript.world(zone: zone))
    let plan = try await job.plan()
    transcript.expectFinished()
    return plan
  }

  private func perform(_ plan: [RegisterCandidate]) throws -> [SectionResult] {
    try RegisterJob(bench.configuration, bench.sections, world: Transcript([]).world())
      .perform(plan)
  }

  @Test func `what a run has put on record since the plan was made is not put there twice`()
    async throws
  {
    for hours in [30, 40] { try bench.snapshot(Bench.name(hours: hours)) }
    let plan = try await plan(bench)
    try bench.row(.ok, hours: 30)
    let told = try perform(plan).map(\.message)
    #expect(told.count { $0.hasSuffix("\(Bench.name(hours: 30)) is in the catalog by now") } == 1)
    #expect(told.count { $0.hasPrefix("registered ") } == 1)
    #expect(try bench.rows().count == 2)
  }

  @Test func `nobody may be at work on any section meanwhile`() async throws {
    try bench.snapshot(Bench.name(hours: 30))
    let plan = try await plan(bench)
    let run = try Repository(bench.layout, remembering: nil).share()
    let error = #expect(throws: BackupError.self) { try perform(plan) }
    #expect(error?.code == .locked)
    #expect(try bench.rows() == [])
    withExtendedLifetime(run) {}
  }

  @Test func `a folder becomes a row with its size, its times and its type`() async throws {
    let place = try bench.snapshot("20231101-10h00m00")
    try write(String(repeating: "x", count: 1000), to: "\(place)/more")
    try FileManager.default.linkItem(atPath: "\(place)/more", toPath: "\(place)/twin")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_698_834_000)], ofItemAtPath: place)
    #expect(try perform(await plan(bench)).map(\.kind) == [.ok])
    let rows = try await bench.sqlite(
      """
      SELECT backup_name, server_name, status, TYPE, backup_start, backup_end, total_files_count,
        total_bytes, backup_location FROM stats
      """)
    #expect(
      rows == [
        "web1|192.0.2.10|OK|BACKUP|2023-11-01T10:00:00.000000+00:00"
          + "|2023-11-01T10:20:00.000000+00:00|3|1026|\(place)"
      ])
    #expect(try await plan(bench) == [])
  }

  @Test func `a plan makes no catalog, and none is needed for it`() async throws {
    try bench.snapshot("20231101-10h00m00")
    #expect(try await plan(bench).count == 1)
    #expect(names(bench.base) == ["web1"])
  }

  @Test(arguments: [
    "20231101-10h00m00.partial", "20231101-10h00m00.rsync", "20231101-10h00m00.incomplete",
  ])
  func `an unfinished backup is left out, whatever receipt lies beside it`(_ name: String)
    async throws
  {
    let place = try bench.snapshot(name)
    try RunReceipt(
      section: bench.sections[0], start: Bench.now, end: Bench.now, outcome: Outcome(.ok),
      zone: .utc
    ).write(forBackup: "\(folder)/20231101-10h00m00")
    let plan = try await plan(bench)
    #expect(
      plan == [RegisterCandidate(section: "web1", location: place, .leave("unfinished"))])
    #expect(try perform(plan).map(\.kind) == [.warning])
    #expect(try bench.rows() == [])
  }

  @Test func `an empty folder, a file and a link are left out`() async throws {
    try makeFolder("\(folder)/20231101-10h00m00")
    try write("x", to: "\(folder)/20231102-10h00m00")
    try makeFolder("\(bench.folder)/elsewhere/full")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/20231103-10h00m00", withDestinationPath: "\(bench.folder)/elsewhere")
    let verdicts = try await plan(bench).map(\.verdict)
    #expect(
      verdicts == [.leave("is empty"), .leave("is not a folder"), .leave("is not a folder")])
  }

  @Test(arguments: [
    "20231345-10h00m00", "20230229-10h00m00", "20231101-24h00m00", "20231101-10h60m00", "notes",
    "20231101-10h00m00 copy", "x20231101-10h00m00", "20231101-10h00m0", "lost+found", ".lock",
    "20231101_10h00m00", ".trash-20231101-10h00m00", "２0231101-10h00m00", "20231101-10H00M00",
    "last_backup", "notes.partial",
  ])
  func `what only looks like a date is nobody's business`(_ name: String) async throws {
    try bench.snapshot(name)
    #expect(try await plan(bench) == [])
  }

  @Test(
    arguments: [
      (.backup, "BASE/web1/20231101-10h00m00"), (.backup, "BASE/web1/20231101-10h00m00/"),
      (.backup, "/mnt/old/web1/20231101-10h00m00"), (.clean, "BASE/web1/20231101-10h00m00"),
    ] as [(RecordType, String)])
  func `what the catalog knows is left as it is`(_ type: RecordType, _ location: String)
    async throws
  {
    try bench.snapshot("20231101-10h00m00")
    try bench.row(
      .warning, hours: 1, location: location.replacing("BASE", with: bench.base), type: type)
    #expect(try await plan(bench) == [])
  }

  @Test func `an export to a folder of the same name is no record of the backup`() async throws {
    try bench.snapshot("20231101-10h00m00")
    try bench.row(.ok, hours: 1, location: "/mnt/usb/web1/20231101-10h00m00/", type: .export)
    #expect(try await plan(bench).count == 1)
  }

  @Test func `a backup whose row still runs is left to the next run, which ends that row`()
    async throws
  {
    try bench.snapshot(Bench.date)
    _ = try bench.catalog(.write).begin(
      .backup, section: "web1", server: "", description: "", at: Bench.now, by: .scripted)
    let reason = "its run is still open in the catalog; the next tisbackup-run ends it"
    #expect(try await plan(bench).map(\.verdict) == [.leave(reason)])
    // A row of TISBackup that runs for ever is ended by nobody.
    try await bench.sqlite("UPDATE stats SET writer_pid=NULL;")
    guard case .add = try await plan(bench).first?.verdict else {
      Issue.record("left out")
      return
    }
  }

  @Test(arguments: [RunStatus.ok, .warning])
  func `a receipt tells the truth of a backup better than the disk`(_ status: RunStatus)
    async throws
  {
    let place = try bench.snapshot("20231101-10h00m00")
    var outcome = Outcome(status, log: "as it was")
    (outcome.files, outcome.writtenFiles, outcome.bytes, outcome.writtenBytes) = (9, 8, 7, 6)
    let start = Instant(seconds: 1_698_832_800, microseconds: 123)
    try RunReceipt(
      section: bench.sections[0], start: start, end: start.adding(seconds: 60), outcome: outcome,
      zone: .utc
    ).write(forBackup: place)
    _ = try perform(await plan(bench))
    let row = try #require(try bench.rows().first)
    #expect(row.status == status && row.start == start && row.end == start.adding(seconds: 60))
    #expect((row.files, row.writtenFiles, row.bytes, row.writtenBytes) == (9, 8, 7, 6))
    #expect(row.log == "as it was\nregistered from disk, as its receipt says")
  }

  @Test func `the receipt of another section, or one nobody can read, says nothing`() async throws {
    let bench = try Bench(Bench.rsync("web1") + Bench.rsync("web2"))
    let place = try bench.snapshot("20231101-10h00m00")
    try RunReceipt(
      section: bench.sections[1], start: Bench.now, end: Bench.now, outcome: Outcome(.warning),
      zone: .utc
    ).write(forBackup: place)
    let other = try bench.snapshot("20231102-10h00m00")
    try write("{", to: "\(folder)/.20231102-10h00m00.json")
    let plan = try await plan(bench)
    #expect(plan.map(\.location) == [place, other])
    for candidate in plan {
      guard case .add(let record) = candidate.verdict else {
        Issue.record("left out \(candidate)")
        continue
      }
      #expect(record.log == "registered from disk")
    }
  }

  @Test func `a folder that was touched in the future ended now, at the latest`() async throws {
    let place = try bench.snapshot("20231101-10h00m00")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 4_000_000_000)], ofItemAtPath: place)
    _ = try perform(await plan(bench))
    #expect(try bench.rows().first?.end == Bench.now)
  }

  @Test(arguments: [
    ("20261025-013000", 1_792_884_600), ("20261025-023000", 1_792_888_200),
    ("20261025-033000", 1_792_895_400), ("20270328-023000", 1_806_197_400),
  ])
  func `the local time in a name is read as this server's, the repeated hour as its first`(
    _ digits: String, _ seconds: Int
  ) async throws {
    let time = digits.suffix(6)
    try bench.snapshot(
      "\(digits.prefix(9))\(time.prefix(2))h\(time.dropFirst(2).prefix(2))m\(time.suffix(2))")
    guard case .add(let record) = try await plan(bench, zone: .paris).first?.verdict else {
      Issue.record("left out")
      return
    }
    #expect(record.start == Instant(seconds: seconds))
  }

  @Test func `a base folder that is not mounted stops it, and a broken section only itself`()
    async throws
  {
    let bench = try Bench("[broken]\ntype = rsync\n" + Bench.rsync("web1"))
    try bench.snapshot("20231101-10h00m00", of: "broken")
    try bench.snapshot("20231101-10h00m00")
    #expect(try await plan(bench).map(\.section) == ["web1"])
    try FileManager.default.removeItem(atPath: bench.base)
    await #expect(throws: BackupError.self) { try await plan(bench) }
    #expect(!exists(bench.base))
  }
}
