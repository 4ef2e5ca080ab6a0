import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("--retry-failed", .scratch)
struct RetryTests {
  @Test(
    arguments: [
      ([], true), ([(.ok, 29)], false), ([(.ok, 31)], true), ([(.warning, 1)], true),
      ([(.error, 1)], true), ([(.error, 1), (.ok, 20)], false), ([(.error, 1), (.ok, 40)], true),
      ([(.running, 1)], true),
    ] as [([(RunStatus, Int)], Bool)])
  func `chooses what has no good backup within its limit of 30 hours`(
    _ rows: [(RunStatus, Int)], _ isChosen: Bool
  ) throws {
    let bench = try Bench()
    _ = try bench.catalog(.write)
    for (status, hours) in rows { try bench.row(status, hours: hours) }
    let job = RunJob(bench.configuration, bench.sections, world: Transcript([]).world())
    #expect(try job.withoutRecentBackup().map(\.name) == (isChosen ? ["web1"] : []))
  }

  @Test(arguments: [RecordType.export, .clean])
  func `is not content with an export, nor with a backup that was removed`(_ type: RecordType)
    throws
  {
    let bench = try Bench()
    try bench.row(.ok, hours: 1, type: type)
    let job = RunJob(bench.configuration, bench.sections, world: Transcript([]).world())
    #expect(try job.withoutRecentBackup().map(\.name) == ["web1"])
  }

  @Test func `goes by the limit of each section, and passes over what is not backed up`() throws {
    let bench = try Bench(
      Bench.rsync("daily") + Bench.rsync("weekly", "maximum_backup_age = 170")
        + "[printer]\ntype = null\nserver_name = p\n")
    for section in ["daily", "weekly"] { try bench.row(.ok, hours: 100, of: section) }
    let job = RunJob(bench.configuration, bench.sections, world: Transcript([]).world())
    #expect(try job.withoutRecentBackup().map(\.name) == ["daily"])
  }
}
