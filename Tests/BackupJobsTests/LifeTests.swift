import Foundation
import Glibc
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

/// Weeks of a server by chance: runs of every kind, killed ones, cleanups, folders that vanish.
@Suite("whatever happens to a server", .scratch)
struct LifeTests {
  private let bench: Bench

  init() throws { bench = try Bench() }

  private var folder: String { "\(bench.base)/web1" }

  @Test(arguments: 1...6)
  func `catalog and disk agree, and the last good backup survives`(_ seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var now = Bench.now
    for step in 0..<30 {
      // The clock may go back, but days pass in the long run.
      now = now.adding(seconds: Int.random(in: -7200...200_000, using: &random))
      let lastGood = try newestGood()
      switch Int.random(in: 0...9, using: &random) {
      case 0...5: try await run(at: now, answering: Self.answers.randomElement(using: &random))
      case 6: try die(at: now, isFinished: Bool.random(using: &random))
      case 7...8: try clean(at: now)
      default: try register(try await plan(at: now), at: now)
      }
      try checkAgreement("seed \(seed), step \(step)", lastGood)
    }
  }

  private static let answers: [Finished] = [
    .copied, .copied, Finished(23, Finished.statistics), Finished(12), Finished(.signaled(9)),
  ]

  private func world(at now: Instant, answering answer: Finished = Finished(127)) -> World {
    World(
      now: { now }, zone: .paris, writer: .scripted, isAlive: { _ in false },
      run: { (invocation, _) async throws(BackupError) in
        do {
          let partial = try #require(invocation.arguments.last)
          #expect(invocation.arguments.filter { $0.hasPrefix("--link-dest=") }.count <= 2)
          try write("data\n", to: "\(partial)file")
        } catch { Issue.record(error) }
        return answer
      }, say: { _ in })
  }

  private func run(at now: Instant, answering answer: Finished?) async throws {
    let answer = try #require(answer)
    let results = try await RunJob(
      bench.configuration, bench.sections, world: world(at: now, answering: answer)
    ).perform()
    #expect((results[0].kind == .failed) == (answer.end != .exited(0) && answer.end != .exited(23)))
    // A finished run leaves nothing unsettled, and no more than one unfinished folder.
    #expect(try bench.rows().allSatisfy { $0.status != .running })
    #expect(names(folder).filter { $0.hasSuffix(".partial") }.count <= 1)
  }

  /// What a run leaves that was killed while it copied, or just before it ended its row.
  private func die(at now: Instant, isFinished: Bool) throws {
    let key = try bench.catalog(.write, zone: .paris).begin(
      .backup, section: "web1", server: "", description: "", at: now, by: .scripted)
    let name = SnapshotName.text(for: key.start, in: .paris)
    let place = try bench.snapshot(isFinished ? name : "\(name).partial")
    guard isFinished else { return }
    try RunReceipt(
      section: bench.sections[0], start: key.start, end: now, outcome: Outcome(.ok), zone: .paris
    ).write(forBackup: place)
  }

  private func clean(at now: Instant) throws {
    let job = CleanupJob(bench.configuration, bench.sections, world: world(at: now))
    guard exists(bench.layout.catalog) else { return }
    let results = try job.perform(job.plan())
    #expect(results.map(\.kind) == [.ok])
    #expect(names(folder).allSatisfy { !$0.hasPrefix(".trash-") })
    // Planned again at once, nothing is left to do.
    #expect(try job.plan().allSatisfy(\.isEmpty))
  }

  private func plan(at now: Instant) async throws -> [RegisterCandidate] {
    try await RegisterJob(bench.configuration, bench.sections, world: world(at: now)).plan()
  }

  /// Everything finished is on record already, so there is never anything to add.
  private func register(_ plan: [RegisterCandidate], at now: Instant) throws {
    for candidate in plan {
      guard case .leave = candidate.verdict else {
        Issue.record("not on record: \(candidate.location)")
        continue
      }
    }
  }

  private func newestGood() throws -> String? {
    guard exists(bench.layout.catalog) else { return nil }
    return try bench.rows().first { $0.isGood }?.location
  }

  private func checkAgreement(_ moment: String, _ lastGood: String?) throws {
    guard exists(bench.layout.catalog) else { return }
    let rows = try bench.rows()
    let known = rows.filter { $0.type == .backup && ($0.status == .ok || $0.status == .warning) }
      .compactMap(\.location)
    let open = rows.filter { $0.status == .running }
      .map { SnapshotName.text(for: $0.start, in: .paris) }
    let finished = names(folder).filter {
      SnapshotName.start(of: $0, in: .paris) != nil && !open.contains($0)
    }
    #expect(Set(known) == Set(finished.map { "\(folder)/\($0)" }), "\(moment)")
    #expect(known.count == Set(known).count, "\(moment)")
    for place in known {
      #expect(exists("\(place)/file") && RunReceipt.read(forBackup: place) != nil, "\(moment)")
    }
    if let lastGood { #expect(exists(lastGood), "\(moment)") }
    let starts = rows.map(\.start)
    #expect(starts.count == Set(starts).count, "\(moment)")
  }
}
