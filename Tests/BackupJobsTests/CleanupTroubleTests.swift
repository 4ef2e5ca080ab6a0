import Foundation
import Glibc
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("a cleanup that meets trouble", .scratch)
struct CleanupTroubleTests {
  private let bench: Bench
  private var folder: String { "\(bench.base)/web1" }
  private let old = Bench.name(hours: 300)

  init() throws { bench = try Bench(Bench.rsync("web1") + Bench.rsync("web2")) }

  private var job: CleanupJob {
    CleanupJob(bench.configuration, bench.sections, world: Transcript([]).world())
  }

  private func clean() throws -> [SectionResult] { try job.perform(job.plan()) }

  /// One good backup, and one that must go.
  private func twoBackups(of section: String = "web1") throws {
    try bench.backup(hours: 1, of: section)
    try bench.backup(hours: 300, of: section)
  }

  private func writeReceipt() throws {
    try RunReceipt(
      section: bench.sections[0], start: Bench.now, end: Bench.now, outcome: Outcome(.ok),
      zone: .utc
    ).write(forBackup: "\(folder)/\(old)")
  }

  /// How far a cleanup came before it was stopped: each step of it, in its order.
  enum Stop: CaseIterable {
    case renamed, recorded, receiptRemoved, manifestRemoved, halfRemoved
  }

  @Test(arguments: Stop.allCases)
  func `and is stopped at any instant is finished by the next`(_ stop: Stop) throws {
    try twoBackups()
    try writeReceipt()
    try write("tisbackup manifest 1\n", to: "\(folder)/.\(old).manifest")
    try makeFolder("\(folder)/\(old)/sub")
    Glibc.rename("\(folder)/\(old)", "\(folder)/.trash-\(old)")
    if stop != .renamed {
      try bench.catalog(.write).markClean(
        try #require(try bench.rows().last), because: "old", at: Bench.now)
    }
    if ![.renamed, .recorded].contains(stop) { unlink("\(folder)/.\(old).json") }
    if [.manifestRemoved, .halfRemoved].contains(stop) { unlink("\(folder)/.\(old).manifest") }
    if stop == .halfRemoved { unlink("\(folder)/.trash-\(old)/file") }
    #expect(try clean()[0].kind == .ok)
    #expect(names(folder) == [".lock", Bench.name(hours: 1)])
    #expect(try bench.rows().map(\.type) == [.backup, .clean])
    #expect(try clean()[0].message == "nothing to remove")
  }

  @Test func `and finds the trash of an earlier one under the same name is not stopped by it`()
    throws
  {
    try twoBackups()
    let plan = try job.plan()
    try makeFolder("\(folder)/.trash-\(old)/left")
    #expect(try job.perform(plan)[0].kind == .ok)
    #expect(names(folder) == [".lock", Bench.name(hours: 1)])
  }

  @Test func `says so when it may not write, changes nothing and goes on with the next`() throws {
    try twoBackups()
    try twoBackups(of: "web2")
    // Whoever runs this without root's rights shall have those of the owner elsewhere.
    for path in [bench.base, bench.layout.logFolder, "\(bench.base)/web2"] {
      try chmod(path, 0o777)
    }
    try chmod("\(bench.base)/web2/\(old)", 0o777)
    try chmod(bench.layout.catalog, 0o666)
    try write("", to: "\(folder)/.lock", mode: 0o666)
    try chmod(folder, 0o555)
    let plan = try job.plan()
    let results = try withoutRootRights { try job.perform(plan) }
    #expect(results.map(\.kind) == [.failed, .ok])
    #expect(results[0].message.contains("cannot move '\(folder)/\(old)' to trash"))
    #expect(results[0].message.hasSuffix("; Run as root, or as the user who owns that path."))
    #expect(try text("\(folder)/\(old)/file") == "data of \(old)\n")
    #expect(try bench.rows().map(\.type) == [.backup, .backup])
    #expect(try bench.rows("web2").map(\.type) == [.backup, .clean])
    try chmod(folder, 0o755)
  }

  @Test func `of one backup keeps its row, so that the next one tries again`() throws {
    try bench.backup(hours: 1)
    // Its name in the trash would be too long for any file system.
    let long = String(repeating: "x", count: 252)
    let place = try bench.snapshot(long)
    try bench.row(.ok, hours: 300, location: place)
    let results = try clean()
    #expect(results.map(\.kind) == [.failed, .ok])
    #expect(results[0].message.contains("File name too long"))
    #expect(try bench.rows().map(\.type) == [.backup, .backup])
    #expect(exists("\(place)/file"))
  }

  @Test func `leaves a section alone while a run is at work on it`() throws {
    try twoBackups()
    let before = try contents(bench.base)
    let lock = try #require(try FileLock(path: "\(folder)/.lock"))
    #expect(try clean()[0] == SectionResult("web1", .skipped, "a run is at work on it"))
    withExtendedLifetime(lock) {}
    #expect(try contents(bench.base) == before)
  }

  @Test func `leaves a section alone while TISBackup is at work on it`() throws {
    try twoBackups()
    try write("pid=\(getpid())\n", to: "\(folder)/lock")
    #expect(try clean()[0].state == .warning)
    #expect(try bench.rows().map(\.type) == [.backup, .backup])
    #expect(exists("\(folder)/\(old)"))
  }

  @Test func `does not begin under a base folder that is not mounted`() throws {
    rmdir(bench.base)
    let error = #expect(throws: BackupError.self) { try job.plan() }
    #expect(
      error?.message.text == "cannot use the base folder '\(bench.base)': No such file or directory"
    )
    #expect(!exists(bench.base))
  }

  @Test func `does not begin without a catalog`() throws {
    #expect(throws: BackupError.self) { try job.plan() }
    #expect(names(bench.base) == [])
  }

  @Test func `marks rows of a section whose folder is gone, and makes none for it`() throws {
    let bench = try Bench(Bench.rsync("web1", "backup_dir = \(ScratchDirectory.path)/gone"))
    try bench.row(.ok, hours: 300)
    let job = CleanupJob(bench.configuration, bench.sections, world: Transcript([]).world())
    #expect(try job.perform(job.plan()).map(\.message) == ["nothing to remove"])
    #expect(!exists("\(bench.folder)/gone"))
  }

  @Test(arguments: [
    ("[web1]\ntype = rsnyc\n", "asks for the unknown type 'rsnyc'"),
    (Bench.rsync("web1", "backup_retention_time = 0"), "key 'backup_retention_time': '0'"),
    (Bench.rsync("web1", "backup_retention_time = soon"), "'soon' is not a whole number"),
  ])
  func `fails a section whose ini is wrong, and keeps all its backups`(
    _ lines: String, _ problem: String
  ) throws {
    let bench = try Bench(lines + Bench.rsync("web2"))
    try bench.backup(hours: 1)
    try bench.backup(hours: 300)
    _ = try bench.backup(hours: 1, of: "web2")
    let job = CleanupJob(bench.configuration, bench.sections, world: Transcript([]).world())
    let results = try job.perform(job.plan())
    #expect(results.map(\.kind) == [.failed, .ok])
    #expect(results[0].message.contains(problem))
    #expect(exists("\(bench.base)/web1/\(old)"))
  }
}
