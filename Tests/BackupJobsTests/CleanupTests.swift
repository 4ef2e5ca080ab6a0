import BackupProofs
import Foundation
import Monitoring
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("a cleanup", .scratch)
struct CleanupTests {
  private let bench: Bench
  private var folder: String { "\(bench.base)/web1" }

  /// All of TISBackup's but the log.
  private static let columns = CatalogSchema.columns.filter { $0 != "log" }.joined(separator: ", ")

  init() throws { bench = try Bench() }

  private var job: CleanupJob {
    CleanupJob(bench.configuration, bench.sections, world: Transcript([]).world())
  }

  @discardableResult
  private func clean(_ job: CleanupJob? = nil) throws -> SectionResult {
    let job = job ?? self.job
    var result = try #require(try job.perform(job.plan()).first)
    // What that frees depends on the file system of this machine.
    result.message = result.message.replacing(/, [0-9.]+ [KM]iB freed/, with: "")
    return result
  }

  private func receipt(_ name: String) throws {
    try RunReceipt(
      section: bench.sections[0], start: Bench.now, end: Bench.now, outcome: Outcome(.ok),
      zone: .utc
    ).write(forBackup: "\(folder)/\(name)")
  }

  @Test func `removes folder, receipt and nothing else, and marks the row`() async throws {
    try bench.backup(hours: 1)
    let old = try bench.backup(hours: 300)
    try receipt(Bench.name(hours: 300))
    try receipt(Bench.name(hours: 1))
    try makeFolder("\(old)/deep/er")
    try chmod("\(old)/deep", 0o500)
    let all = "SELECT * FROM stats ORDER BY backup_start"
    let before = try await bench.sqlite(all.replacing("*", with: Self.columns))
    #expect(try clean() == SectionResult("web1", .ok, "removed 1 backup"))
    let newest = Bench.name(hours: 1)
    #expect(names(folder) == [".\(newest).json", ".lock", newest])
    // As the old program does it: one word changes; and the log tells why, at its end.
    let after = try await bench.sqlite(all.replacing("*", with: Self.columns))
    #expect(after == [before[0].replacing("|BACKUP", with: "|CLEAN"), before[1]])
    let removed = try bench.catalog(.read).newest(of: "web1", type: .clean).records[0]
    #expect(
      Removal(log: removed.log, in: .utc)
        == Removal(time: Bench.now, reason: "older than retention"))
    #expect(try clean().message == "nothing to remove")
  }

  @Test(arguments: ["''", "NULL"])
  func `knows a row of TISBackup's registration, which has no type`(_ type: String) async throws {
    try bench.backup(hours: 1)
    try bench.backup(hours: 300)
    try await bench.sqlite("UPDATE stats SET TYPE=\(type);")
    try clean()
    let types = try await bench.sqlite("SELECT quote(TYPE) FROM stats ORDER BY backup_start")
    #expect(types == ["'CLEAN'", type])
  }

  /// Rows and folders of incomplete backups: hours before now, and whether each has a row.
  private func incomplete(_ hours: Int, hasRow: Bool = true) throws {
    let place = try bench.snapshot("\(Bench.name(hours: hours)).incomplete")
    if hasRow { try bench.row(.error, hours: hours, location: place) }
  }

  @Test func `removes incomplete backups some days after a newer good one is there`() throws {
    try bench.backup(hours: 10)
    for hours in [2, 12, 100, 300] { try incomplete(hours) }
    for hours in [3, 13] { try incomplete(hours, hasRow: false) }
    let plan = try job.plan()[0]
    let decisions = plan.retention.entries.map(\.decision)
    #expect(
      decisions == [
        .keep([.incomplete]), .keep([.young, .lastGood]), .keep([.youngLeftover(days: 3)]),
        .remove(.superseded), .remove(.superseded),
      ])
    #expect(plan.superseded == ["\(Bench.name(hours: 13)).incomplete"])
    #expect(try clean().message == "removed 2 backups")
    let kept = [12, 10, 3, 2].map(Bench.name)
    let incomplete = [0, 2, 3].map { kept[$0] + ".incomplete" }
    #expect(names(folder) == [".lock", incomplete[0], kept[1]] + incomplete[1...])
    #expect(try bench.rows().map(\.type) == [.backup, .backup, .backup, .clean, .clean])
    #expect(try clean().message == "nothing to remove")
  }

  @Test func `keeps incomplete backups while the only good one is gone from the disk`() throws {
    try bench.row(.ok, hours: 1)
    try incomplete(12)
    try incomplete(300)
    var job = job
    job.force = true
    #expect(try clean(job).message == "nothing to remove")
  }

  @Test func `removes the manifest with its backup, and what is the manifest of nothing`()
    async throws
  {
    for hours in [1, 300] {
      let place = try bench.backup(hours: hours)
      _ = try await FileManifest.record(place, as: place)
    }
    let (old, newer) = (Bench.name(hours: 300), Bench.name(hours: 0))
    let header = "tisbackup manifest 1\n"
    try bench.snapshot("\(newer).partial")
    for name in [".\(newer).manifest", ".gone.manifest", ".gone.manifest.new"] {
      try write(header, to: "\(folder)/\(name)")
    }
    for name in [".theirs.manifest", ".theirs.manifest.new"] {
      try write("theirs", to: "\(folder)/\(name)")
    }
    #expect(names(folder).contains(".\(old).manifest"))
    #expect(try clean().kind == .ok)
    let good = Bench.name(hours: 1)
    #expect(
      names(folder) == [
        ".\(good).manifest", ".\(newer).manifest", ".lock", ".theirs.manifest",
        ".theirs.manifest.new", good, "\(newer).partial",
      ])
  }

  @Test func `keeps a backup that somebody reads, until the next one`() throws {
    try bench.backup(hours: 1)
    let old = try bench.backup(hours: 300)
    let older = try bench.backup(hours: 301)
    var reader = try FileLock(sharing: old)
    #expect(reader != nil)
    #expect(
      try job.plan()[0].retention.entries.map(\.decision) == [
        .keep([.young, .lastGood]), .keep([.inUse]), .remove(.old),
      ])
    #expect(try clean() == SectionResult("web1", .ok, "removed 1 backup"))
    #expect(exists("\(old)/file") && !exists(older))
    #expect(try bench.rows().map(\.type) == [.backup, .backup, .clean])
    reader = nil
    #expect(try clean().message == "removed 1 backup")
    #expect(!exists(old))
  }

  /// What somebody does between the plan and the work.
  enum Change: CaseIterable { case reads, pins, provesBad, removesNewest }

  @Test(arguments: Change.allCases)
  func `keeps what changed since its plan was made`(_ change: Change) throws {
    let newest = try bench.backup(hours: 1)
    let old = try bench.backup(hours: 300)
    let transcript = Transcript([])
    let job = CleanupJob(bench.configuration, bench.sections, world: transcript.world())
    let plan = try job.plan()
    #expect(plan[0].retention.removals.count == 1)
    var reader: FileLock?
    switch change {
    case .reads: reader = try FileLock(sharing: old)
    case .pins: #expect(try BackupPin(old).set(at: Bench.now, in: .utc))
    case .provesBad:
      try bench.catalog(.write).record(
        ProofOutcome(time: Bench.now, isGood: false, log: "bad"), of: try bench.rows()[0])
    case .removesNewest: rename(newest, newest + ".away")
    }
    #expect(try job.perform(plan)[0].message.hasPrefix("removed 0 backups"))
    #expect(exists("\(old)/file"))
    #expect(try bench.rows().map(\.type) == [.backup, .backup])
    withExtendedLifetime(reader) {}
  }

  @Test func `keeps what is pinned until it is unpinned, and drops a pin without a backup`() throws
  {
    try bench.backup(hours: 1)
    let old = try bench.backup(hours: 300)
    let pin = BackupPin(old)
    #expect(try pin.set(at: Bench.now, in: .utc))
    #expect(try !pin.set(at: Bench.now, in: .utc))
    #expect(try text(pin.path).hasPrefix("pinned 2023-11-14T22:13:20"))
    try write("", to: "\(folder)/.theirs.pin")
    #expect(try job.plan()[0].retention.entries[1].decision == .keep([.pinned]))
    #expect(try clean().message == "nothing to remove")
    #expect(try pin.remove())
    #expect(try !pin.remove())
    #expect(try clean().message == "removed 1 backup")
    // The pin of a backup that somebody deleted by hand.
    try write("", to: pin.path)
    try clean()
    #expect(!exists(pin.path) && exists("\(folder)/.theirs.pin"))
    #expect(throws: BackupError.self) { try pin.set(at: Bench.now, in: .utc) }
  }

  @Test func `says what would be freed: the blocks that no kept backup holds`() throws {
    let kept = try bench.backup(hours: 1)
    let block = String(repeating: "x", count: 50_000)
    for hours in [300, 301, 302] {
      let place = try bench.backup(hours: hours)
      try write(block, to: "\(place)/own")
    }
    try write(block, to: "\(kept)/shared")
    let old = "\(folder)/\(Bench.name(hours: 302))"
    link("\(kept)/shared", "\(old)/shared")
    link("\(old)/own", "\(folder)/\(Bench.name(hours: 301))/too")
    let plan = try #require(try job.measured(job.plan()).first)
    let freed = [302, 301, 300].map { (plan.freed[Bench.name(hours: $0)] ?? 0) / 50_000 }
    #expect(freed == [0, 2, 1])
    #expect(plan.freedBytes == plan.freed.values.reduce(0, +))
    #expect(try job.perform([plan])[0].message.hasPrefix("removed 3 backups, "))
  }

  @Test func `as a plan touches nothing`() throws {
    try bench.backup(hours: 1)
    try bench.backup(hours: 300)
    try bench.snapshot(".trash-x")
    let before = try contents(bench.base)
    #expect(try job.plan()[0].retention.removals.count == 1)
    #expect(try contents(bench.base) == before)
  }

  @Test func `leaves alone whatever it does not know`() throws {
    try bench.backup(hours: 1)
    try bench.backup(hours: 300)
    let foreign = [
      ".settings.json", ".x.json", "20220101-00h00m00", "20240101-00h00m00.partial", "lost+found",
      "notes.partial", "notes.txt", "trash-x",
    ]
    for name in foreign {
      if name.contains(".json") || name.hasSuffix("txt") {
        try write("{}", to: "\(folder)/\(name)")
      } else {
        try bench.snapshot(name)
      }
    }
    try clean()
    #expect(Set(names(folder)) == Set(foreign + [".lock", Bench.name(hours: 1)]))
  }

  @Test func `removes what earlier work left, once a newer good backup made it useless`() throws {
    try bench.backup(hours: 10)
    let (old, older, newer) = (
      Bench.name(hours: 20), Bench.name(hours: 30), Bench.name(hours: 2)
    )
    for name in ["\(old).partial", "\(older).rsync", "\(newer).partial", ".trash-20200101"] {
      try bench.snapshot(name)
    }
    try receipt(newer)
    try receipt(older)
    try receipt("20230101-00h00m00")
    #expect(try clean().kind == .ok)
    let good = Bench.name(hours: 10)
    #expect(names(folder) == [".\(newer).json", ".lock", good, "\(newer).partial"])
  }

  @Test func `keeps unfinished work while no good backup is newer`() throws {
    try bench.backup(.warning, hours: 1)
    try bench.snapshot("\(Bench.name(hours: 20)).partial")
    #expect(try clean().message == "nothing to remove")
  }

  @Test func `never removes the last good backup, nor its row, however old`() throws {
    try bench.backup(hours: 5000)
    try bench.backup(hours: 6000)
    let before = try contents(bench.base)
    #expect(
      try clean()
        == SectionResult(
          "web1", .warning,
          "nothing to remove; kept 1 older one, for no good backup lies within backup_retention_time"
        ))
    #expect(try contents(bench.base) == before)
  }

  @Test func `forced, keeps it too`() throws {
    let last = try bench.backup(hours: 5000)
    try bench.backup(hours: 6000)
    var job = job
    job.force = true
    #expect(try clean(job).message == "removed 1 backup")
    #expect(names(folder).filter { !$0.hasPrefix(".") } == [DiskPath.name(of: last)])
  }

  @Test func `judges a backup that was catalogued twice once, by its best row`() throws {
    let place = try bench.backup(hours: 300)
    try bench.row(.error, hours: 299, location: place)
    try bench.row(.error, hours: 298, location: place + "/")
    let older = try bench.backup(hours: 400)
    var job = job
    job.force = true
    #expect(try job.plan()[0].retention.removals.map(\.backup.record.location) == [older])
    try bench.backup(hours: 1)
    #expect(try clean().message == "removed 2 backups")
    try clean()
    #expect(try bench.rows().map(\.type) == [.backup, .clean, .clean, .clean, .clean])
  }

  @Test func `unlinks a backup that is a link, and not what it points to`() throws {
    let outside = "\(bench.folder)/outside"
    try makeFolder(outside)
    try write("precious", to: "\(outside)/file")
    try bench.backup(hours: 1)
    let place = try #require(try bench.row(.ok, hours: 300).location)
    try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: outside)
    #expect(try clean().message == "removed 1 backup")
    #expect(!exists(place))
    #expect(try text("\(outside)/file") == "precious")
  }

  @Test(arguments: [
    "OUT/web1/20200101-00h00m00", "BASE/web2/20200101-00h00m00", "BASE/web1/../web2/x",
    "BASE/web1/..", "BASE/web1/.", "BASE/web1", "BASE", "/", "relative",
    "BASE/web1/sub/20200101-00h00m00", "BASE/web1/sub/../../../out/x", "BASE/web10/x",
  ])
  func `never touches what a row names outside the section's folder`(_ location: String) throws {
    for path in ["base/web1/sub/20200101-00h00m00", "base/web2/x", "out/x", "base/web10/x"] {
      try makeFolder("\(bench.folder)/\(path)")
    }
    for path in ["out/web1/20200101-00h00m00", "base/web2/20200101-00h00m00"] {
      try makeFolder("\(bench.folder)/\(path)")
    }
    try bench.backup(hours: 1)
    let place = location.replacing("BASE", with: bench.base)
      .replacing("OUT", with: "\(bench.folder)/out")
    try bench.row(.ok, hours: 300, location: place)
    let before = try contents(bench.folder)
    #expect(try clean().message == "nothing to remove")
    #expect(try contents(bench.folder) == before)
  }

  @Test func `finds the folder of a section that is a link to another disk`() throws {
    let disk = "\(bench.folder)/disk/web1"
    try makeFolder(disk)
    try FileManager.default.createSymbolicLink(atPath: folder, withDestinationPath: disk)
    try bench.backup(hours: 1)
    let old = try bench.snapshot(Bench.name(hours: 300))
    try bench.row(.ok, hours: 300, location: "\(disk)/\(DiskPath.name(of: old))")
    #expect(try clean().message == "removed 1 backup")
    #expect(!exists(old))
  }
}
