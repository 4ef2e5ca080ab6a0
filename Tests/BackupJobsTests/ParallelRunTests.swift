import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

/// Counts who is at work, and lets nobody go before enough are.
private final class Meeting: Sendable {
  private struct State {
    var atWork: [String: Int] = [:]
    var most = 0
    var mostOnServer = 0
    var order: [String] = []
  }

  private let state = Mutex(State())
  private let wanted: Int

  /// `wanted` have to be at work at once before the first may go.
  init(wanted: Int) { self.wanted = wanted }

  var most: Int { state.withLock { $0.most } }
  var mostOnServer: Int { state.withLock { $0.mostOnServer } }
  /// The sections in the order in which they began.
  var order: [String] { state.withLock { $0.order } }

  func world(cancelling task: @escaping @Sendable () -> Void = {}) -> World {
    var world = Transcript([]).world()
    world.run = { (invocation, _) async throws(BackupError) in
      let folder = invocation.arguments.last ?? ""
      let server =
        invocation.arguments.dropLast().last.map { String($0.prefix { $0 != ":" }) } ?? ""
      self.enter(server, folder)
      while self.most < self.wanted, !Task.isCancelled { await Task.yield() }
      task()
      guard !Task.isCancelled else { throw BackupError(.interrupted, "ended") }
      do { try write("data\n", to: "\(folder)file") } catch { Issue.record(error) }
      self.state.withLock { $0.atWork[server, default: 0] -= 1 }
      return .copied
    }
    return world
  }

  private func enter(_ server: String, _ folder: String) {
    state.withLock { state in
      state.atWork[server, default: 0] += 1
      state.order.append(DiskPath.name(of: DiskPath.parent(of: DiskPath.trimmed(folder))))
      state.most = max(state.most, state.atWork.values.reduce(0, +))
      state.mostOnServer = max(state.mostOnServer, state.atWork.values.max() ?? 0)
    }
  }
}

@Suite("a run of several sections at once", .scratch, .timeLimit(.minutes(2)))
struct ParallelRunTests {
  /// Sections `s1` to `sN`, each on a server of its own unless `server` names one.
  private func bench(_ count: Int, server: String? = nil, global: String = "parallel_jobs = 3")
    throws -> Bench
  {
    let sections = (1...count).map { number in
      Bench.rsync("s\(number)").replacing("192.0.2.10", with: server ?? "192.0.2.\(number)")
    }
    return try Bench(sections.joined(), global: global)
  }

  private func run(_ bench: Bench, _ meeting: Meeting, jobs: Int? = nil) async throws
    -> [SectionResult]
  {
    var job = RunJob(bench.configuration, bench.sections, world: meeting.world())
    job.jobs = jobs
    return try await job.perform()
  }

  @Test(arguments: [(nil, 3), (1, 1), (2, 2), (5, 5), (64, 7)] as [(Int?, Int)])
  func `has as many at work as it may, and no more`(_ jobs: Int?, _ most: Int) async throws {
    let bench = try bench(7)
    let meeting = Meeting(wanted: most)
    let results = try await run(bench, meeting, jobs: jobs)
    #expect(results.map(\.kind) == Array(repeating: .ok, count: 7))
    #expect(results.map(\.section) == bench.sections.map(\.name))
    #expect(meeting.most == most)
    for section in bench.sections { #expect(try bench.rows(section.name).map(\.status) == [.ok]) }
  }

  @Test(arguments: [("parallel_jobs = 8", 1), ("parallel_jobs = 8\nparallel_per_server = 2", 2)])
  func `burdens no server with more than it may`(_ global: String, _ most: Int) async throws {
    let meeting = Meeting(wanted: most)
    _ = try await run(bench(5, server: "192.0.2.10", global: global), meeting)
    #expect(meeting.mostOnServer == most)
  }

  @Test func `begins with what took longest, and with what never ran before all`() async throws {
    let bench = try bench(3, global: "parallel_jobs = 1")
    let catalog = try bench.catalog(.write)
    for (section, seconds) in [("s1", 10), ("s3", 500)] {
      var record = BackupRecord(
        section: section, start: Bench.now.adding(seconds: -90_000), status: .ok)
      record.end = record.start.adding(seconds: seconds)
      try catalog.add(record)
    }
    let meeting = Meeting(wanted: 1)
    _ = try await run(bench, meeting)
    #expect(meeting.order == ["s2", "s3", "s1"])
  }

  @Test func `that is stopped ends those at work, and tells which never began`() async throws {
    let bench = try bench(4, global: "parallel_jobs = 2")
    let meeting = Meeting(wanted: 2)
    let stop = Mutex<Task<[SectionResult], any Error>?>(nil)
    var world = meeting.world { stop.withLock { $0?.cancel() } }
    world.interruption = { "SIGTERM" }
    let job = RunJob(bench.configuration, bench.sections, world: world)
    let results = try await stop.withLock { stop in
      let task = Task { try await job.perform() }
      stop = task
      return task
    }.value
    let begun = results.filter { $0.message.hasPrefix("interrupted by SIGTERM: ended") }
    #expect(begun.count == 2)
    #expect(results.filter { $0.message == "not begun, interrupted by SIGTERM" }.count == 2)
    #expect(results.allSatisfy { $0.kind == .failed })
    for result in results {
      let rows = try bench.rows(result.section)
      let isBegun = begun.contains { $0.section == result.section }
      #expect(rows.map(\.status) == (isBegun ? [.error] : []))
      #expect(rows.allSatisfy { $0.log == "interrupted by SIGTERM: ended" })
    }
    let other = try FileLock(path: "\(bench.base)/\(begun[0].section)/.lock")
    #expect(other != nil)
  }

  @Test func `keeps everybody out who wants the repository alone, and lets go of it`() async throws
  {
    let bench = try bench(1)
    let meeting = Meeting(wanted: 1)
    let repository = Repository(bench.layout, remembering: nil)
    let world = meeting.world {
      #expect(throws: BackupError.self) { _ = try repository.own() }
    }
    _ = try await RunJob(bench.configuration, bench.sections, world: world).perform()
    withExtendedLifetime(try repository.own()) {}
  }
}
