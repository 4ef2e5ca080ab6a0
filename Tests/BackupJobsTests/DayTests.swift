import BackupChecks
import Monitoring
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

/// Twenty-four hours of cron: runs, retries and cleanups of four sections.
///
/// Some of them fail, break or are killed. Whatever the check says is compared with a model's.
@Suite("a day of cron", .scratch, .timeLimit(.minutes(5)))
struct DayTests {
  private static let names = ["db1", "files1", "mail1", "web1"]
  /// 2026-11-24, midnight in Greenwich.
  private static let midnight = 1_795_478_400

  /// What becomes of the next copy of a section.
  private enum Fate: CaseIterable {
    case ok, okToo, okAgain, vanished, partial, broken, brokenOnce, killed, killedWhileCopying
    case killedAfter
  }

  /// The clock, and what the copies that it moves come to.
  private final class Cron: Sendable {
    struct State {
      var now = DayTests.midnight
      var fates: [String: Fate] = [:]
      var begun: [String: Int] = [:]
      var ended: [String: Int] = [:]
      var dead: Set<Int32> = []
      var generator: SeededGenerator
    }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(generator: SeededGenerator(seed: seed))) }

    func with<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
      state.withLock { body(&$0) }
    }

    var now: Int { with { $0.now } }

    var world: World {
      World(
        now: { Instant(seconds: self.now) }, zone: .paris, writer: .scripted,
        isAlive: { writer in self.with { !$0.dead.contains(writer.pid) } },
        sleep: { seconds in self.with { $0.now += seconds } },
        run: { (invocation, _) async throws(BackupError) in self.copy(invocation) },
        say: { _ in })
    }

    /// Stands in for rsync.
    private func copy(_ invocation: Invocation) -> Finished {
      let partial = DiskPath.trimmed(invocation.arguments.last ?? "")
      let section = DiskPath.name(of: DiskPath.parent(of: partial))
      let answer = with { state -> Finished in
        if state.begun[section] == nil { state.begun[section] = state.now }
        state.now += Int.random(in: 20...600, using: &state.generator)
        state.ended[section] = state.now
        switch state.fates[section] {
        case .partial: return Finished(23, Finished.statistics)
        case .vanished: return Finished(24, Finished.statistics)
        case .broken: return Finished(12, errors: "rsync: connection unexpectedly closed\n")
        case .brokenOnce:
          state.fates[section] = .ok
          return Finished(255, errors: "Connection reset by 192.0.2.10 port 22\n")
        default: return .copied
        }
      }
      do { try write("\(section)\n", to: "\(partial)/file") } catch { Issue.record(error) }
      return answer
    }
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func `ends with nothing said that is not true`(_ seed: UInt64) async throws {
    var day = try Day(cron: Cron(seed: seed), bench: Self.bench())
    while day.cron.now < Self.midnight + 86_400 { try await day.hour() }
    // A day on which nothing went wrong, or nothing went well, shows little.
    #expect(day.seen.isSuperset(of: [.ok, .warning, .critical]), "seed \(seed)")
    #expect(day.checks > 150)
  }

  private static func bench() throws -> Bench {
    try Bench(
      names.map { name in
        Bench.rsync(name, "maximum_backup_age = 4\nwarning_backup_age = 3\nretries = 2")
      }.joined(),
      global: "parallel_jobs = 1\nminimum_free = 0%\nminimum_free_inodes = 0")
  }

  /// One day: the product, the model, and the cron lines that move both.
  private struct Day {
    let cron: Cron
    let bench: Bench
    var models = Dictionary(uniqueKeysWithValues: DayTests.names.map { ($0, DayModel()) })
    var seen: Set<CheckState> = []
    var checks = 0

    init(cron: Cron, bench: Bench) throws {
      (self.cron, self.bench) = (cron, bench)
      try RunJob.prepare(bench.configuration, cron.world)
    }

    /// `0 * * * * tisbackup-run`, `30 * * * * tisbackup-run --retry-failed`, at six the cleanup.
    mutating func hour() async throws {
      let begin = cron.now
      try await run(bench.sections)
      try check()
      for minute in [10, 20, 30] { try wait(until: begin + minute * 60) }
      let chosen = try RunJob(bench.configuration, bench.sections, world: cron.world)
        .withoutRecentBackup()
      let (models, now) = (models, cron.now)
      let overdue = DayTests.names.filter { models[$0]?.isOverdue(at: now) == true }
      #expect(chosen.map(\.name) == overdue)
      try await run(chosen)
      try check()
      if (begin - DayTests.midnight) / 3600 == 6 { try cleanUp() }
      for minute in [40, 50, 60] { try wait(until: begin + minute * 60) }
    }

    private mutating func wait(until moment: Int) throws {
      cron.with { $0.now = max($0.now, moment) }
      try check()
    }

    /// Runs sections until one of them is killed, which ends the tool with it.
    private mutating func run(_ sections: [Section]) async throws {
      for section in sections {
        let fate = cron.with { state in
          let fate = Fate.allCases.randomElement(using: &state.generator) ?? .ok
          (state.fates[section.name], state.begun, state.ended) = (fate, [:], [:])
          return fate
        }
        models[section.name]?.settle()
        switch fate {
        case .killed, .killedWhileCopying:
          return try kill(section, isCopying: fate == .killedWhileCopying)
        case .killedAfter: return try await killAfter(section)
        default: try await perform(section, fate)
        }
      }
    }

    private mutating func perform(_ section: Section, _ fate: Fate) async throws {
      let job = RunJob(bench.configuration, [section], world: cron.world)
      let result = try #require(try await job.perform().first)
      let how: DayModel.End = fate == .partial ? .partial : fate == .broken ? .failed : .ok
      let kinds: [SectionResult.Kind] =
        how == .partial ? [.warning] : how == .ok ? [.ok] : [.failed]
      #expect(kinds == [result.kind], "\(fate): \(result.message)")
      let run = DayModel.Run(start: try begun(section), end: try ended(section), how: how)
      models[section.name]?.add(run)
    }

    /// What a tool leaves that was killed in a copy, or before it.
    private mutating func kill(_ section: Section, isCopying: Bool) throws {
      let writer = newlyDead()
      let catalog = try bench.catalog(.write, zone: .paris)
      let store = SnapshotStore(
        section: section, folder: bench.layout.folder(of: section), world: cron.world)
      try DiskLayout.makeFolder(bench.layout.folder(of: section))
      try store.settleDeadRuns(in: catalog)
      let key = try catalog.begin(
        .backup, section: section.name, server: "", description: "",
        at: Instant(seconds: cron.now), by: writer)
      if isCopying {
        let name = SnapshotName.text(for: key.start, in: .paris)
        try write("half", to: "\(try store.preparePartial(name))/file")
      }
      let now = cron.now
      models[section.name]?.add(.init(start: now, end: now, how: .killed))
      cron.with { $0.now += 1 }
    }

    /// What a tool leaves that was killed between the name of its backup and its row.
    private mutating func killAfter(_ section: Section) async throws {
      let job = RunJob(bench.configuration, [section], world: cron.world)
      #expect(try await job.perform().map(\.kind) == [.ok])
      let (start, writer) = (try begun(section), newlyDead())
      try await bench.sqlite(
        """
        UPDATE stats SET status='Running', backup_end=backup_start, backup_location=NULL, log='',
          writer_pid=\(writer.pid), writer_boot='\(writer.bootID)', writer_start=7
          WHERE backup_name='\(section.name)' AND rowid=(SELECT max(rowid) FROM stats
            WHERE backup_name='\(section.name)');
        """)
      let end = try ended(section)
      models[section.name]?.add(.init(start: start, end: start, how: .killedAfter(end: end)))
    }

    private func newlyDead() -> ProcessIdentity {
      cron.with { state in
        var writer = ProcessIdentity.scripted
        writer.pid = 10_000 + Int32(state.dead.count)
        state.dead.insert(writer.pid)
        return writer
      }
    }

    private func begun(_ section: Section) throws -> Int {
      try #require(cron.with { $0.begun[section.name] })
    }
    private func ended(_ section: Section) throws -> Int {
      try #require(cron.with { $0.ended[section.name] })
    }

    private func cleanUp() throws {
      let job = CleanupJob(bench.configuration, bench.sections, world: cron.world)
      let results = try job.perform(try job.plan())
      #expect(results.map(\.kind) == Array(repeating: .ok, count: DayTests.names.count))
    }

    /// Compares what the check says now with what is true.
    private mutating func check() throws {
      checks += 1
      let now = cron.now
      let gatherer = FactGatherer(
        configuration: bench.configuration, catalog: try bench.catalog(zone: .paris),
        settings: CheckSettings(), now: Instant(seconds: now), isAlive: cron.world.isAlive)
      let facts = try gatherer.facts(about: bench.sections).sections
      for (fact, item) in zip(facts, Report(on: CheckFacts(sections: facts)).items) {
        let model = try #require(models[fact.name])
        let story = "\(fact.name) at \(now - DayTests.midnight): \(item.text)"
        #expect(item.state == model.state(at: now), "\(story)")
        #expect(fact.age == model.age(at: now), "\(story)")
        #expect(fact.failures.count == model.failures.count, "\(story)")
        #expect(fact.running == nil, "\(story)")
        if model.lastGood != nil { #expect(fact.location == .present, "\(story)") }
        seen.insert(item.state)
      }
      try expectTruthOnDisk()
    }

    /// Under a final name stands nothing but what a run had completed.
    private func expectTruthOnDisk() throws {
      for name in DayTests.names {
        let complete = (models[name]?.runs ?? []).filter { run in
          switch run.how {
          case .ok, .partial, .killedAfter: true
          case .failed, .killed: false
          }
        }
        let wanted = complete.map { SnapshotName.text(for: Instant(seconds: $0.start), in: .paris) }
        let found = TISBackupTestSupport.names("\(bench.base)/\(name)")
          .filter { SnapshotName.start(of: $0, in: .paris) != nil }
        #expect(found == wanted)
      }
    }
  }
}
