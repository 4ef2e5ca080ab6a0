import BackupDrivers
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

/// A driver that keeps what it could get of its databases.
private struct HalfDriver: BackupDriver {
  static var type: BackupType { .mysqlSSH }
  init(_ section: Section) throws(BackupError) {}

  func backUp(into workspace: Workspace, using world: World) async throws(BackupError) -> Outcome {
    do { try write("dump", to: "\(workspace.partial)/good.sql.gz") } catch { Issue.record(error) }
    var outcome = Outcome(.error, log: "1 of 2 databases failed: bad\nbad: no such table")
    outcome.bytes = 4
    return outcome
  }

  func preview(into workspace: Workspace) -> [Invocation] { [] }
  func testConnection(using world: World) async throws(BackupError) -> [String] { [] }
}

@Suite("a run of which only a part is good", .scratch)
struct IncompleteTests {
  private let bench: Bench
  private var folder: String { "\(bench.base)/web1" }
  private let name = "\(Bench.date).incomplete"

  init() throws { bench = try Bench() }

  private func run(_ bench: Bench? = nil, _ steps: [Transcript.Step] = []) async throws
    -> SectionResult
  {
    let bench = bench ?? self.bench
    let transcript = Transcript(steps: steps)
    let job = RunJob(bench.configuration, bench.sections, world: transcript.world())
    try RunJob.prepare(bench.configuration, Transcript([]).world())
    try makeFolder(folder)
    let lock = try #require(try FileLock(path: "\(folder)/.lock"))
    let section = bench.sections[0]
    let result = try await SectionRun(job, section).perform(try HalfDriver(section), lock)
    transcript.expectFinished()
    return result
  }

  @Test func `keeps that part under a name that says so, and has failed`() async throws {
    let result = try await run()
    #expect(result.kind == .failed)
    #expect(result.message == "1 of 2 databases failed: bad")
    #expect(names(folder) == [".lock", name])
    #expect(names("\(folder)/\(name)") == ["good.sql.gz"])
    let row = try #require(try bench.rows().first)
    #expect(row.status == .error && row.location == "\(folder)/\(name)" && row.isIncomplete)
    #expect(row.log == "1 of 2 databases failed: bad\nbad: no such table")
    #expect(row.bytes == 4)
  }

  @Test func `stays a failed one when its postexec fails too`() async throws {
    let bench = try Bench(Bench.rsync("web1", "postexec_local = /bin/thaw"))
    let result = try await run(bench, [.init("/bin/thaw", Finished(1))])
    #expect(result.kind == .failed)
    let row = try #require(try bench.rows().first)
    #expect(row.status == .error)
    #expect(row.log.contains("postexec_local failed (exit 1)"))
    #expect(names(folder) == [".lock", name])
  }

  @Test func `is linked to, registered and exported by nobody`() async throws {
    _ = try await run()
    let catalog = try bench.catalog()
    #expect(try SnapshotStore(bench).linkTargets(in: catalog).paths == [])
    try makeFolder(bench.target)
    #expect(try await bench.exported().map(\.message) == ["no good backup on record"])
    let register = RegisterJob(
      bench.configuration, bench.sections, world: Transcript([]).world())
    #expect(try await register.plan() == [])
    // Also when the catalog is lost.
    try FileTree.remove(bench.layout.logFolder)
    let verdicts = try await register.plan().map(\.verdict)
    #expect(verdicts == [.leave("unfinished")])
  }

  @Test func `never takes the name of another, nor gives its own away`() async throws {
    try bench.snapshot(name)
    let result = try await run()
    #expect(result.kind == .failed)
    #expect(names(folder) == [".lock", name, "20231114-22h13m21.incomplete"])
  }

  /// How far a run came before it was stopped.
  enum Stop: CaseIterable {
    case copied, named
  }

  @Test(arguments: Stop.allCases)
  func `and is stopped at any instant is settled as failed by the next`(_ stop: Stop) async throws {
    _ = try bench.catalog(.write).begin(
      .backup, section: "web1", server: "", description: "", at: Bench.now, by: .scripted)
    try bench.snapshot(stop == .copied ? "\(Bench.date).partial" : name)
    let transcript = Transcript(steps: [bench.copy("web1", "20231114-23h13m20")])
    let world = transcript.world(now: Bench.now.adding(seconds: 3600), isAlive: { _ in false })
    let job = RunJob(bench.configuration, bench.sections, world: world)
    #expect(try await job.perform().map(\.kind) == [.ok])
    transcript.expectFinished()
    let rows = try bench.rows()
    #expect(rows.map(\.status) == [.ok, .error])
    let left = names(folder).filter { !$0.hasPrefix(".") }
    #expect(left == (stop == .copied ? [] : [name]) + ["20231114-23h13m20"])
    #expect(rows.last?.location == (stop == .copied ? nil : "\(folder)/\(name)"))
    // A newer good backup holds all that it held; some days later nobody looks at it any more.
    let later = Transcript([]).world(now: Bench.now.adding(seconds: 5 * 86_400))
    let cleanup = CleanupJob(bench.configuration, bench.sections, world: later)
    _ = try cleanup.perform(cleanup.plan())
    #expect(names(folder).filter { !$0.hasPrefix(".") } == ["20231114-23h13m20"])
    #expect(try bench.rows().map(\.type) == [.backup, stop == .copied ? .backup : .clean])
  }
}
