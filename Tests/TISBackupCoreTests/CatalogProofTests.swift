import TISBackupTestSupport
import Testing

@testable import TISBackupCore

/// Proofs beside the rows of their backups, and what they change in the eyes of every tool.
@Suite(.scratch)
struct CatalogProofTests {
  /// A catalog with a good backup of each of these hours before the evening, oldest last.
  private func catalog(_ hours: Int..., status: RunStatus = .ok) throws -> (
    catalog: Catalog, records: [BackupRecord]
  ) {
    let catalog = try Catalog(
      path: catalogPath, access: .write, zone: .paris, audience: Audience(["icinga"]))
    try catalog.setTargets(["icinga"])
    for hour in hours {
      var record = BackupRecord(
        section: "web", start: evening.adding(seconds: -hour * 3600), status: status)
      record.location = "/backup/web/\(hour)"
      record.end = record.start
      try catalog.add(record)
    }
    return (catalog, try catalog.newest(of: "web").records)
  }

  private func proof(_ isGood: Bool, _ seconds: Double? = nil) -> ProofOutcome {
    ProofOutcome(time: evening, isGood: isGood, log: "it's \"shown\"", restoreSeconds: seconds)
  }

  @Test func `a proof is written beside its own backup, and read back with it`() async throws {
    let (catalog, records) = try catalog(1, 2)
    #expect(try catalog.record(proof(true, 1.5), of: records[1]))
    #expect(
      try await sqlite3(
        "select verified_at, verified_status, verified_log, restore_seconds from stats order by backup_start"
      ) == "2026-11-23T19:10:54.000000+01:00|OK|it's \"shown\"|1.5\n|||\n")
    var proof = BackupProof(time: evening, isGood: true)
    proof.restoreSeconds = 1.5
    #expect(try catalog.newest(of: "web").records.map(\.proof) == [nil, proof])
  }

  @Test func `a proof without a restore test leaves the last one's time on record`() async throws {
    let (catalog, records) = try catalog(1)
    try catalog.record(proof(true, 1.5), of: records[0])
    try catalog.record(proof(false), of: records[0])
    #expect(
      try await sqlite3("select verified_status, restore_seconds from stats") == "ERROR|1.5\n")
  }

  @Test func `proof and debt are one transaction`() async throws {
    let (catalog, records) = try catalog(1)
    _ = try await sqlite3("delete from outbox")
    #expect(try catalog.owed(to: "icinga") == [])
    try catalog.record(proof(false), of: records[0])
    #expect(try catalog.owed(to: "icinga").map(\.subject.description) == ["summary", "web"])
  }

  @Test func `a backup that was cleaned meanwhile takes no proof, and owes nothing`() async throws {
    let (catalog, records) = try catalog(1)
    for record in records { try catalog.markClean(record, because: "old", at: evening) }
    _ = try await sqlite3("delete from outbox")
    #expect(try !catalog.record(proof(true), of: records[0]))
    #expect(try catalog.owed(to: "icinga") == [])
    #expect(try await sqlite3("select count(verified_at) from stats") == "0\n")
  }

  @Test func `a backup that failed its proof is good for nothing, until it passes`() throws {
    let (catalog, records) = try catalog(1, 30)
    try catalog.record(proof(false), of: records[0])
    var read = try catalog.newest(of: "web").records
    #expect(read.map(\.isGood) == [false, true])
    #expect(read[0].isProvenBad && !read[1].isProvenBad)
    // The newest good one is the older: it must be among the runs that decide.
    #expect(try catalog.recentRuns(of: ["web"])["web"]?.records.map(\.isGood) == [false, true])
    try catalog.record(proof(true), of: records[0])
    read = try catalog.newest(of: "web").records
    #expect(read.map(\.isGood) == [true, true])
  }

  @Test func `history counts sound backups alone, and knows of older failures`() throws {
    let (catalog, records) = try catalog(1, 2, 3)
    var question = HistoryQuestion(section: "web")
    (question.countedSince, question.wantsOldest) = (evening.adding(seconds: -86_400), true)
    #expect(try catalog.history([question])[0].copies == 3)
    try catalog.record(proof(false), of: records[2])
    try catalog.record(proof(true), of: records[1])
    let history = try catalog.history([question])[0]
    #expect(history.copies == 2 && history.failedProofs == 1)
    #expect(history.proof == BackupProof(time: evening, isGood: true))
    #expect(history.oldest == records[1].start)
    try catalog.record(proof(false), of: records[0])
    #expect(try catalog.history([question])[0].proof?.isGood == false)
  }
}
