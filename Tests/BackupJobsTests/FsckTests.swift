import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("the catalog against the disk", .scratch)
struct FsckTests {
  private let bench: Bench
  private static let hours = Array(stride(from: 10, through: 130, by: 10))

  init() async throws {
    bench = try Bench(Bench.rsync("web1") + Bench.rsync("web2"))
    for hours in Self.hours { try bench.backup(hours: hours) }
    try bench.backup(hours: 5, of: "web2")
  }

  private func job(_ bench: Bench) -> FsckJob {
    var job = FsckJob(
      bench.configuration, bench.sections, world: Transcript([]).world { $0 == .scripted })
    job.jobs = 2
    return job
  }

  private func examine() async throws -> FsckReport { try await job(bench).examine() }
  private func repair() async throws -> FsckReport { try await job(bench).repair() }

  @Test func `where both agree, nothing is found and nothing is written`() async throws {
    let before = try contents(bench.base)
    #expect(try await examine() == FsckReport())
    #expect(try contents(bench.base) == before)
    #expect(try await repair() == FsckReport())
    #expect(!names(bench.layout.logFolder).contains { $0.contains("before-fsck") })
  }

  @Test(arguments: FsckFlaw.allCases)
  func `each flaw is told alone, and mended where that loses nothing`(_ flaw: FsckFlaw)
    async throws
  {
    try await flaw.happen(to: bench, hours: 60)
    let before = try contents(bench.base)
    let found = try await examine()
    #expect(found.findings.map(\.kind) == [flaw.kind].compactMap(\.self), "\(found.findings)")
    #expect(found.findings.allSatisfy { $0.isMendable == FsckFlaw.mendable.contains(flaw) })
    #expect(try contents(bench.base) == before, "to look changes nothing")

    let data = try contents("\(bench.base)/web1")
    let left = try await repair()
    #expect(left.findings == found.findings.filter { !$0.isMendable })
    #expect(left.done.isEmpty == !FsckFlaw.mendable.contains(flaw))
    #expect(try contents("\(bench.base)/web1") == data, "nothing on disk is touched")
    let mended = try contents(bench.base)
    #expect(try await repair() == FsckReport(findings: left.findings))
    #expect(try contents(bench.base) == mended, "a second repair does nothing")
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `whatever happened together, a repair leaves nothing that it could mend`(_ seed: UInt64)
    async throws
  {
    var generator = SeededGenerator(seed: seed)
    let flaws = FsckFlaw.allCases.filter { _ in Bool.random(using: &generator) }
    for flaw in flaws {
      let hours = try #require(Self.hours.randomElement(using: &generator))
      // Two may need the same folder.
      try? await flaw.happen(to: bench, hours: hours)
    }
    let data = try contents("\(bench.base)/web1")
    let left = try await repair()
    #expect(left.findings.filter(\.isMendable) == [], "seed \(seed) \(flaws): \(left)")
    #expect(try contents("\(bench.base)/web1") == data)
    #expect(try await repair().done.isEmpty)
    #expect(try await bench.sqlite("PRAGMA integrity_check") == ["ok"])
  }

  @Test func `a mended row says in its log what was done, and keeps what it said before`()
    async throws
  {
    try await bench.sqlite("UPDATE stats SET log='as it was';")
    for (index, flaw) in [FsckFlaw.gone, .moved, .recordedEmpty, .nonsenseStart].enumerated() {
      try await flaw.happen(to: bench, hours: Self.hours[index])
    }
    _ = try await repair()
    let logs = try bench.rows().prefix(4).map(\.log)
    let notes = [": gone from disk", "was recorded at '/mnt/old", "with 0 B", "'yesterday'"]
    for (log, note) in zip(logs, notes) {
      #expect(log.hasPrefix("as it was\n") && log.contains(note), "\(log)")
    }
    let mended = try #require(try bench.rows().first { $0.log.contains("yesterday") })
    #expect(mended.start == Bench.now.adding(seconds: -Self.hours[3] * 3600))
  }

  @Test func `of two rows the one of the run stays, with the proof and the log of the other`()
    async throws
  {
    try await FsckFlaw.doubled.happen(to: bench, hours: 60)
    try await bench.sqlite(
      "UPDATE stats SET verified_at=backup_start, verified_status='OK' WHERE log='two';")
    _ = try await repair()
    let row = try #require(
      try bench.rows().first { $0.location?.hasSuffix(Bench.name(hours: 60)) == true })
    #expect(row.start == Bench.now.adding(seconds: -60 * 3600) && row.proof?.isGood == true)
    #expect(row.log.contains("a second row") && row.log.hasSuffix("\ntwo"))
    #expect(try bench.rows().count == Self.hours.count)
  }

  @Test func `nothing is marked as removed where a disk may only not be mounted`() async throws {
    let folder = "\(bench.base)/web1"
    try FileManager.default.moveItem(atPath: folder, toPath: "\(bench.folder)/unmounted")
    try makeFolder(folder)
    let left = try await repair()
    #expect(left.done.isEmpty)
    #expect(left.findings.allSatisfy { $0.kind == .missing && $0.cure.contains("mounted") })
    #expect(left.findings.count == Self.hours.count)
    // Without the folder itself it is no mount point, and the base is the right one.
    try FileManager.default.removeItem(atPath: folder)
    #expect(try await repair().findings == [])
    #expect(try bench.rows().allSatisfy { $0.type == .clean })
    // The disk is back.
    try FileManager.default.moveItem(atPath: "\(bench.folder)/unmounted", toPath: folder)
    #expect(try await repair().findings == [])
    #expect(try bench.rows().allSatisfy { $0.type == .backup })
  }

  @Test func `a run that died is ended as its receipt says`() async throws {
    let key = try bench.catalog(.write).begin(
      .backup, section: "web1", server: "", description: "", at: Bench.now, by: .gone)
    let place = try bench.snapshot(Bench.date)
    var outcome = Outcome(.warning, log: "a part")
    outcome.bytes = 5
    try RunReceipt(
      section: bench.sections[0], start: key.start, end: key.start.adding(seconds: 9),
      outcome: outcome, zone: .utc
    ).write(forBackup: place)
    #expect(try await examine().findings.map(\.kind) == [.dead])
    #expect(try await repair().findings == [])
    let row = try #require(try bench.rows().first)
    #expect(row.status == .warning && row.location == place && row.log == "a part")
  }

  @Test func `a run at work is no flaw, nor is what it writes`() async throws {
    _ = try bench.catalog(.write).begin(
      .backup, section: "web1", server: "", description: "", at: Bench.now, by: .scripted)
    try bench.snapshot("\(Bench.date).partial")
    #expect(try await examine() == FsckReport())
  }

  @Test func `nobody else may be at work while something is mended`() async throws {
    let run = try Repository(bench.layout, remembering: nil).share()
    await #expect(throws: BackupError.self) { try await repair() }
    #expect(try await examine() == FsckReport())
    withExtendedLifetime(run) {}
  }

  @Test func `three copies of the catalog of before are kept, each a whole one`() async throws {
    for days in 1...5 {
      try bench.snapshot("2020010\(days)-10h00m00")
      let now = Bench.now.adding(seconds: days)
      let job = FsckJob(
        bench.configuration, bench.sections, world: Transcript([]).world(now: now))
      #expect(try await job.repair().done.count == 1)
    }
    let copies = names(bench.layout.logFolder).filter { $0.contains("before-fsck") }
    #expect(copies.map { $0.suffix(2) } == ["23", "24", "25"])
    for copy in copies {
      let path = "\(bench.layout.logFolder)/\(copy)"
      #expect(try await bench.sqlite("PRAGMA integrity_check", in: path) == ["ok"])
      let facts = try FileManager.default.attributesOfItem(atPath: path)
      #expect(facts[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test func `what a repair did is owed to monitoring once for each section`() async throws {
    for hours in [10, 20, 30] { try await FsckFlaw.gone.happen(to: bench, hours: hours) }
    var configuration = bench.configuration
    configuration.audience = .everybody
    _ = try await FsckJob(
      configuration, bench.sections, world: Transcript([]).world { $0 == .scripted }
    ).repair()
    let owed = try await bench.sqlite("SELECT section, revision FROM outbox WHERE section<>''")
    #expect(owed == ["web1|1"])
  }

  @Test func `without a catalog all is told to be without a row, and a repair makes one`()
    async throws
  {
    try FileManager.default.removeItem(atPath: bench.layout.logFolder)
    let found = try await examine()
    #expect(found.findings.count { $0.kind == .unregistered } == Self.hours.count + 1)
    #expect(found.findings.first?.kind == .catalog)
    #expect(!exists(bench.layout.logFolder))
    #expect(try await repair().findings == [])
    #expect(try bench.rows().count == Self.hours.count)
  }

  @Test func `a section that cannot be used is left alone`() async throws {
    let broken = try Bench("[web1]\ntype = rsync\n" + Bench.rsync("web2"))
    #expect(try await job(broken).examine().findings == [])
  }
}

extension ProcessIdentity {
  fileprivate static let gone = ProcessIdentity(pid: 1, bootID: "gone", startTicks: 1)
}

extension FsckReport {
  fileprivate init(findings: [FsckFinding]) {
    self.init()
    self.findings = findings
  }
}
