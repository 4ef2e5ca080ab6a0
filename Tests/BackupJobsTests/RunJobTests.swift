import BackupProofs
import Glibc
import Monitoring
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("a run", .scratch)
struct RunJobTests {
  /// Runs all sections of a bench against a script that must be used up.
  private func run(
    _ bench: Bench, _ steps: [Transcript.Step], now: Instant = Bench.now, zone: LocalZone = .utc
  ) async throws -> [SectionResult] {
    let transcript = Transcript(steps: steps)
    let job = RunJob(
      bench.configuration, bench.sections, world: transcript.world(now: now, zone: zone))
    let results = try await job.perform()
    transcript.expectFinished()
    return results
  }

  @Test func `that goes well has its backup, its receipt and its row`() async throws {
    let bench = try Bench(Bench.rsync("web1", "description = the shop"))
    let result = try await run(bench, [bench.copy()])[0]
    #expect(result.kind == .ok && result.state == .ok)
    #expect(
      names("\(bench.base)/web1")
        == [".\(Bench.date).json", ".\(Bench.date).manifest", ".lock", Bench.date])
    let row = try #require(try bench.rows().first)
    #expect(row.status == .ok && row.type == .backup)
    #expect(row.location == "\(bench.base)/web1/\(Bench.date)")
    #expect(row.server == "192.0.2.10" && row.description == "the shop")
    #expect((row.files, row.writtenFiles, row.bytes, row.writtenBytes) == (2, 1, 5, 5))
    #expect(row.writer == .scripted)
  }

  @Test(
    arguments: [
      (.copied, .ok, .ok), (Finished(24, Finished.statistics), .ok, .ok),
      (Finished(23, Finished.statistics), .warning, .warning),
      (Finished(0, "nothing of use"), .error, .failed),
      (Finished(12, Finished.statistics), .error, .failed), (Finished(255), .error, .failed),
      (Finished(.signaled(9)), .error, .failed),
      (Finished(.timedOut(.program(60))), .error, .failed),
      (
        Finished(
          23, Finished.statistics.replacing("files: 2", with: "files: 1"), errors: "rsync: no"),
        .error, .failed
      ),
      (
        Finished(23, Finished.statistics, errors: "rsync: No space left on device (28)"), .error,
        .failed
      ),
    ] as [(Finished, RunStatus, SectionResult.Kind)])
  func `ends as its copy ended, and its row says so`(
    _ answer: Finished, _ status: RunStatus, _ kind: SectionResult.Kind
  ) async throws {
    let bench = try Bench()
    var copy = bench.copy()
    copy.answer = answer
    let result = try await run(bench, [copy])[0]
    #expect(result.kind == kind)
    let row = try #require(try bench.rows().first)
    #expect(row.status == status)
    #expect((row.location != nil) == (status != .error))
    #expect(!row.log.isEmpty)
    let kept = status == .error ? "\(Bench.date).partial" : Bench.date
    #expect(names("\(bench.base)/web1").filter { !$0.hasPrefix(".") } == [kept])
  }

  @Test(
    arguments: [
      ("vanished_files = warning", 24, .warning), ("vanished_files = error", 24, .error),
      ("partial_transfer = error", 23, .error), ("partial_transfer = ok", 23, .ok),
    ] as [(String, Int32, RunStatus)])
  func `is as bad as its section finds it`(_ line: String, _ exit: Int32, _ status: RunStatus)
    async throws
  {
    let bench = try Bench(Bench.rsync("web1", line))
    _ = try await run(bench, [.init(bench.copyLine(), Finished(exit, Finished.statistics))])
    #expect(try bench.rows().map(\.status) == [status])
  }

  @Test(arguments: [("yes", true), ("no", false)])
  func `records what is in it, unless its section asks not to`(_ word: String, _ isThere: Bool)
    async throws
  {
    let bench = try Bench(Bench.rsync("web1", "manifest = \(word)"))
    #expect(try await run(bench, [bench.copy()])[0].kind == .ok)
    let place = "\(bench.base)/web1/\(Bench.date)"
    #expect(FileManifest.isThere(forBackup: place) == isThere)
    guard isThere else { return }
    #expect(try await FileManifest.compare(place, sample: 100, day: 0).isClean)
  }

  @Test func `reads no file that is linked to an older backup`() async throws {
    let bench = try Bench()
    _ = try await run(bench, [bench.copy()])
    let (old, date) = ("\(bench.base)/web1/\(Bench.date)", "20231114-23h13m20")
    var copy = bench.copy("web1", date, links: [Bench.date])
    copy.act = { invocation in
      let partial = try #require(invocation.arguments.last)
      link("\(old)/file", "\(partial)file")
      try write("more\n", to: "\(partial)more")
    }
    let transcript = Transcript(steps: [copy])
    let world = transcript.world(now: Bench.now.adding(seconds: 3600))
    let job = RunJob(bench.configuration, bench.sections, world: world)
    #expect(try await job.perform().map(\.kind) == [.ok])
    #expect(
      transcript.notes.map(\.text).contains(
        "manifest: 2 entries, 1 files read (5 B), 1 known"), "\(transcript.notes)")
  }

  @Test func `whose manifest cannot be written has failed, and its work is taken up`()
    async throws
  {
    let bench = try Bench()
    let manifest = "\(bench.base)/web1/.\(Bench.date).manifest"
    try makeFolder("\(manifest)/in the way")
    let result = try await run(bench, [bench.copy()])[0]
    #expect(result.kind == .failed)
    #expect(result.message.hasPrefix("cannot write '\(manifest)': "))
    #expect(try bench.rows().map(\.status) == [.error])
    #expect(
      names("\(bench.base)/web1")
        == [".\(Bench.date).manifest", ".lock", "\(Bench.date).partial"])
  }

  @Test func `that copied nothing leaves no empty folder behind`() async throws {
    let bench = try Bench()
    let refused = Transcript.Step(bench.copyLine(), Finished(5, errors: "@ERROR: auth failed"))
    #expect(try await run(bench, [refused])[0].kind == .failed)
    #expect(names("\(bench.base)/web1") == [".lock"])
  }

  @Test func `goes on with the next section, whatever became of one`() async throws {
    let bench = try Bench(
      Bench.rsync("bad") + "[typo]\ntype = rsnyc\n[short]\ntype = rsync\n"
        + "[printer]\ntype = null\nserver_name = printer\n" + Bench.rsync("good"))
    let heard = Mutex<[String]>([])
    let transcript = Transcript(steps: [
      .init(bench.copyLine("bad"), Finished(10)), bench.copy("good"),
    ])
    let job = RunJob(bench.configuration, bench.sections, world: transcript.world())
    let results = try await job.perform { result in
      heard.withLock { $0.append(result.section) }
    }
    transcript.expectFinished()
    #expect(results.map(\.kind) == [.failed, .failed, .failed, .skipped, .ok])
    #expect(results.map(\.state) == [.critical, .critical, .critical, .ok, .ok])
    #expect(heard.withLock { $0 } == bench.sections.map(\.name))
    #expect(try bench.rows("bad").map(\.status) == [.error])
    #expect(try bench.rows("typo") == [])
    #expect(names(bench.base) == [".lock", ".tisbackup-base", "bad", "good", "log"])
    for result in results { #expect(!result.message.contains("\n")) }
  }

  @Test func `makes nothing under a base folder that is not mounted`() async throws {
    let bench = try Bench(Bench.rsync("web1"))
    rmdir(bench.base)
    let error = await #expect(throws: BackupError.self) { try await run(bench, []) }
    #expect(error?.code == .storage)
    #expect(
      error?.message.text == "cannot use the base folder '\(bench.base)': No such file or directory"
    )
    #expect(!exists(bench.base))
  }

  @Test func `says so when it may not write`() throws {
    let bench = try Bench()
    try chmod(bench.base, 0o555)
    let error = #expect(throws: BackupError.self) {
      try withoutRootRights { try RunJob.prepare(bench.configuration, Transcript([]).world()) }
    }
    #expect(error?.message.text.contains("'\(bench.base)/.tisbackup-base") == true)
    #expect(error?.message.text.hasSuffix(": Permission denied") == true)
    #expect(error?.hint?.text == "Run as root, or as the user who owns that path.")
    #expect(names(bench.base) == [])
  }

  @Test func `counts time by its own clock, which may go backwards`() async throws {
    let bench = try Bench()
    let tick = Mutex(0)
    let transcript = Transcript(steps: [bench.copy()])
    let clock: @Sendable () -> Instant = {
      tick.withLock { count in
        count += 1
        return Bench.now.adding(seconds: 1 - count)
      }
    }
    let job = RunJob(
      bench.configuration, bench.sections, world: transcript.world(clock: clock))
    let result = try await job.perform()[0]
    transcript.expectFinished()
    #expect(result.kind == .ok && result.duration == 0)
    let row = try #require(try bench.rows().first)
    #expect(row.duration == 0)
    #expect(row.end.map { $0 <= row.start } == true)
  }

  @Test func `of the same second as another has a name of its own`() async throws {
    let bench = try Bench()
    _ = try await run(bench, [bench.copy()])
    let second = try await run(
      bench, [bench.copy("web1", "20231114-22h13m21", links: [Bench.date])])
    #expect(second.map(\.kind) == [.ok])
    let rows = try bench.rows()
    #expect(Set(rows.map(\.location)).count == 2)
    #expect(Set(rows.map(\.start)).count == 2)
  }

  @Test func `in the hour that is repeated in autumn never takes an older backup's name`()
    async throws
  {
    let bench = try Bench()
    let summer = Instant(seconds: 1_792_890_000 - 1800)
    let (one, two) = ("20261025-02h30m00", "20261025-02h30m01")
    _ = try await run(bench, [bench.copy("web1", one)], now: summer, zone: .paris)
    _ = try await run(
      bench, [bench.copy("web1", two, links: [one])], now: summer.adding(seconds: 3600),
      zone: .paris)
    let rows = try bench.catalog(zone: .paris).newest(of: "web1").records
    #expect(rows.map(\.start) == [summer.adding(seconds: 3601), summer])
    #expect(rows.map { $0.location.map(DiskPath.name) } == [two, one])
  }

  @Test func `before the newest backup, for the clock went back, is a backup all the same`()
    async throws
  {
    let bench = try Bench()
    try bench.backup(hours: -48)
    let result = try await run(bench, [bench.copy(links: [Bench.name(hours: -48)])])
    #expect(result.map(\.kind) == [.ok])
    #expect(try bench.rows().map(\.status) == [.ok, .ok])
  }

  @Test func `shows its progress only where somebody looks`() async throws {
    let bench = try Bench()
    let transcript = Transcript(steps: [.init(bench.copyLine(), .copied)])
    var world = transcript.world()
    world.run = { [run = world.run] (invocation, progress) async throws(BackupError) in
      progress?("   1,234  50%    1.00MB/s    0:00:12")
      return try await run(invocation, progress)
    }
    var job = RunJob(bench.configuration, bench.sections, world: world)
    job.showsProgress = true
    #expect(try await job.perform().map(\.kind) == [.ok])
    transcript.expectFinished()
    #expect(
      transcript.notes.filter(\.isProgress).map(\.text)
        == ["copies, 0s", "copies: 1.2 KiB (50%), 0s", "checksums, 0s", "syncs, 0s", ""])
  }
}
