import BackupProofs
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

/// Proofs of backups on disk, and what the catalog says of them afterwards.
@Suite("proving backups", .scratch)
struct VerifyTests {
  private func job(_ bench: Bench) -> VerifyJob {
    VerifyJob(bench.configuration, bench.sections, world: Transcript([]).world(now: Bench.now))
  }

  private func verify(_ bench: Bench, _ change: (inout VerifyJob) -> Void = { _ in }) async throws
    -> [SectionResult]
  {
    var job = job(bench)
    change(&job)
    return try await job.perform(try job.plan())
  }

  /// A backup with its row, and a manifest as a run records it.
  private func proven(_ bench: Bench, hours: Int = 1, _ status: RunStatus = .ok) async throws
    -> String
  {
    let place = try bench.backup(status, hours: hours)
    try write("same", to: "\(place)/other")
    _ = try await FileManifest.record(place, as: place)
    return place
  }

  private func proofs(_ bench: Bench) async throws -> [String] {
    try await bench.sqlite(
      "SELECT backup_start, verified_at, verified_status FROM stats WHERE verified_at IS NOT NULL ORDER BY 1"
    )
  }

  @Test func `a backup that is as it was recorded is proven, and that has a date`() async throws {
    let bench = try Bench()
    let place = try await proven(bench)
    let result = try await verify(bench)
    #expect(result.map(\.kind) == [.ok])
    let name = DiskPath.name(of: place)
    #expect(
      result[0].message == "\(name): 2 entries as recorded, 2 files (30 B) read")
    let row = try #require(try bench.rows().first)
    #expect(row.proof == BackupProof(time: Bench.now, isGood: true))
    #expect(row.isGood)
  }

  static let harms: [(String, String, String)] = [
    (
      "changed", "printf 'Data of' | dd of=\"$1/file\" conv=notrunc status=none",
      "'file' has another content"
    ),
    ("shorter", "truncate -s 3 \"$1/file\"", "'file' has 3 bytes, and had 26"),
    ("removed", "rm \"$1/file\"", "'file' is missing"),
    ("added", "echo x > \"$1/more\"", "'more' was not there when the backup was made"),
  ]

  @Test(arguments: harms)
  func `a backup that went bad is an error that names the file, and good for nothing from then on`(
    _ what: String, _ harm: String, _ sentence: String
  ) async throws {
    let bench = try Bench()
    let (old, new) = (try await proven(bench, hours: 30), try await proven(bench))
    let time = try await program(["stat", "-c", "%Y", "\(new)/file"]).stdout
    #expect(try await program(["sh", "-c", harm, "sh", new]).status == 0)
    // Rot changes no time.
    _ = try await program([
      "touch", "-c", "-d", "@\(time.filter(\.isNumber))", "\(new)/file",
    ])
    let result = try await verify(bench)
    #expect(result.map(\.kind) == [.failed])
    #expect(
      result[0].message.contains("is not what was recorded when it was taken: \(sentence)"),
      "\(result[0].message)")
    let rows = try bench.rows()
    #expect(rows[0].proof?.isGood == false)
    #expect(rows.map(\.isGood) == [false, true])
    #expect(rows[1].location == old)
    // It may pass the next proof: a cable was loose.
    #expect(try await verify(bench).map(\.kind) == [.failed])
  }

  @Test func `only the newest is proven, or all of them, newest first`() async throws {
    let bench = try Bench()
    for hours in [1, 25, 49] { _ = try await proven(bench, hours: hours) }
    #expect(try await verify(bench).count == 1)
    #expect(try await proofs(bench).count == 1)
    let all = try await verify(bench) { $0.provesAll = true }
    #expect(all.map { String($0.message.prefix(17)) } == [1, 25, 49].map(Bench.name))
    #expect(try await proofs(bench).count == 3)
  }

  @Test func `a partial backup is proven when there is no other`() async throws {
    let bench = try Bench()
    _ = try await proven(bench, hours: 1, .warning)
    #expect(try job(bench).plan().items.map(\.record.status) == [.warning])
    _ = try await proven(bench, hours: 25)
    #expect(try job(bench).plan().items.map(\.record.status) == [.ok])
  }

  @Test func `what was never recorded cannot be proven, which is a warning and no proof`()
    async throws
  {
    let bench = try Bench()
    try bench.backup(hours: 1)
    let result = try await verify(bench)
    #expect(result.map(\.kind) == [.warning])
    #expect(result[0].message.contains("cannot be proven: nothing was recorded"))
    #expect(try await proofs(bench) == [])
  }

  @Test func `what is not there, or on no disk that is mounted, is told and not recorded as bad`()
    async throws
  {
    let bench = try Bench()
    try FileManager.default.removeItem(atPath: try await proven(bench))
    let result = try await verify(bench)
    #expect(result.map(\.kind) == [.failed])
    #expect(result[0].message.contains("nothing is proven: "))
    #expect(try await proofs(bench) == [])
    #expect(try bench.rows().map(\.isGood) == [true])
    try FileManager.default.moveItem(atPath: bench.base, toPath: bench.base + ".away")
    #expect(throws: BackupError.self) { try job(bench).plan() }
  }

  @Test func `a damaged manifest proves nothing, which is an error and says nothing of the backup`()
    async throws
  {
    let bench = try Bench()
    let manifest = FileManifest.path(forBackup: try await proven(bench))
    try write(String(try text(manifest).dropLast(5)), to: manifest)
    let result = try await verify(bench)
    #expect(result.map(\.kind) == [.failed])
    #expect(result[0].message.contains("nothing is proven: the manifest"))
    #expect(try await proofs(bench) == [])
    #expect(try bench.rows().map(\.isGood) == [true])
  }

  @Test func `sections without backups say so; those by design are no worry`() async throws {
    let bench = try Bench(
      Bench.rsync("web1") + "[printer]\ntype = null\nserver_name = p\n"
        + "[broken]\ntype = rsync\nserver_name = b\n")
    _ = try bench.catalog(.write)
    let result = try await verify(bench)
    #expect(result.map(\.section) == ["web1", "printer", "broken"])
    #expect(result.map(\.kind) == [.failed, .skipped, .failed])
    #expect(result[1].isExpected)
    #expect(result[0].message == "no backup on record")
    #expect(result[1].message == "not backed up by design")
  }

  @Test func `one that is bad does not keep the others from being proven`() async throws {
    let bench = try Bench(Bench.rsync("web1") + Bench.rsync("web2"))
    let bad = try await proven(bench)
    try write("other", to: "\(bad)/file")
    let good = try bench.backup(hours: 2, of: "web2")
    _ = try await FileManifest.record(good, as: good)
    #expect(try await verify(bench).map(\.kind) == [.failed, .ok])
  }

  @Test func `a backup that is being removed is left alone`() async throws {
    let bench = try Bench()
    let place = try await proven(bench)
    let lock = try FileLock(claiming: place)
    #expect(lock != nil)
    let result = try await verify(bench)
    withExtendedLifetime(lock) {}
    #expect(result.map(\.kind) == [.failed])
    #expect(result[0].message.contains("is being removed"))
    #expect(try await proofs(bench) == [])
  }

  @Test func `a plan touches nothing`() async throws {
    let bench = try Bench()
    _ = try await proven(bench)
    let before = try bytes(bench.layout.catalog)
    #expect(try job(bench).plan().items.count == 1)
    #expect(try bytes(bench.layout.catalog) == before)
  }

  @Test func `files of a backup that failed its proof are linked by their content alone`()
    async throws
  {
    let bench = try Bench()
    let new = try await proven(bench, hours: 2)
    let store = SnapshotStore(
      section: bench.sections[0], folder: "\(bench.base)/web1",
      world: Transcript([]).world(now: Bench.now))
    let good = LinkTargets(paths: [new])
    #expect(try store.linkTargets(in: try bench.catalog()) == good)
    try write("else", to: "\(new)/other")
    _ = try await verify(bench)
    #expect(
      try store.linkTargets(in: try bench.catalog()) == LinkTargets(paths: [new], isDoubtful: true))
    // A newer good one brought everything that had gone bad anew.
    let newer = try await proven(bench, hours: 1)
    #expect(try store.linkTargets(in: try bench.catalog()) == LinkTargets(paths: [newer]))
  }

  @Test func `retention never takes a backup that failed its proof for the last good one`()
    async throws
  {
    let bench = try Bench()
    let old = try await proven(bench, hours: 20 * 24)
    let new = try await proven(bench, hours: 2)
    try write("other", to: "\(new)/file")
    _ = try await verify(bench)
    let cleanup = CleanupJob(
      bench.configuration, bench.sections, world: Transcript([]).world(now: Bench.now))
    #expect(try cleanup.plan()[0].retention.removals == [])
    #expect(exists(old))
  }
}
