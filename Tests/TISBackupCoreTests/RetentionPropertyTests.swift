import TISBackupTestSupport
import Testing

@testable import TISBackupCore

/// What holds for every history whatever: cleanup deletes for ever.
struct RetentionPropertyTests {
  private static let now = Instant(seconds: 1_795_485_600)
  private static let statuses: [RunStatus] = [
    .ok, .ok, .ok, .warning, .error, .running, .other(""),
  ]

  private func history(using random: inout SeededGenerator) -> [StoredBackup] {
    (0..<Int.random(in: 0...12, using: &random)).map { _ in
      // Coarse on purpose, so that two backups often begin in the same instant.
      let age = Int.random(in: -2...60, using: &random) * 43_200
      let record = BackupRecord(
        section: "web", start: Self.now.adding(seconds: -age),
        status: Self.statuses.randomElement(using: &random) ?? .ok)
      return StoredBackup(record, exists: Int.random(in: 0...4, using: &random) > 0)
    }
  }

  private func forEachHistory(
    _ body: (_ backups: [StoredBackup], _ policy: RetentionPolicy, _ plan: RetentionPlan) -> Void
  ) {
    var random = SeededGenerator(seed: 51)
    for _ in 0..<3000 {
      let backups = history(using: &random)
      let policy = RetentionPolicy(
        days: Int.random(in: 1...40, using: &random), force: Bool.random(using: &random))
      body(backups, policy, policy.plan(for: backups, now: Self.now, in: .paris))
    }
  }

  private func newestGood(_ backups: [StoredBackup]) -> Instant? {
    backups.filter { $0.exists && $0.record.isGood }.map(\.record.start).max()
  }

  @Test func `every backup has exactly one decision`() {
    forEachHistory { backups, _, plan in
      #expect(plan.entries.count == backups.count)
      #expect(backups.allSatisfy { backup in plan.entries.contains { $0.backup == backup } })
      let starts = plan.entries.map(\.backup.record.start)
      #expect(starts == starts.sorted(by: >))
      let gone = plan.removals.map(\.record.start)
      #expect(gone == gone.sorted())
    }
  }

  @Test func `the newest good backup survives however old it is`() {
    forEachHistory { backups, _, plan in
      let good = newestGood(backups)
      #expect(!plan.removals.contains { $0.exists && $0.record.isGood && $0.record.start == good })
      if good == nil { #expect(plan.removals.isEmpty) }
    }
  }

  @Test func `nothing within the window goes, and nothing that is being written`() {
    forEachHistory { _, policy, plan in
      let horizon = LocalZone.paris.startOfDay(policy.days, before: Self.now)
      #expect(plan.removals.allSatisfy { $0.record.start < horizon })
      #expect(plan.removals.allSatisfy { $0.record.status != .running })
    }
  }

  @Test func `what is left after a cleanup is all kept by the next`() {
    forEachHistory { backups, policy, plan in
      let left = plan.entries.filter { if case .keep = $0.decision { true } else { false } }
        .map(\.backup)
      #expect(left.count + plan.removals.count == backups.count)
      #expect(policy.plan(for: left, now: Self.now, in: .paris).removals.isEmpty)
    }
  }

  @Test func `a cleanup that stops anywhere is finished by the next, with the same end`() {
    forEachHistory { _, policy, plan in
      let all = plan.entries.map(\.backup)
      for count in 0...plan.removals.count {
        var left = all
        for done in plan.removals.prefix(count) {
          left.firstIndex(of: done).map { _ = left.remove(at: $0) }
        }
        let rest = policy.plan(for: left, now: Self.now, in: .paris).removals
        #expect(rest == Array(plan.removals.dropFirst(count)))
      }
    }
  }

  @Test func `force removes no less, and a longer retention no more where cleaning is allowed`() {
    forEachHistory { backups, policy, plan in
      let forced = RetentionPolicy(days: policy.days, force: true)
        .plan(for: backups, now: Self.now, in: .paris).removals
      #expect(plan.removals.allSatisfy(forced.contains))
      let longer = RetentionPolicy(days: policy.days + 5, force: true)
        .plan(for: backups, now: Self.now, in: .paris).removals
      #expect(longer.allSatisfy(forced.contains))
    }
  }

  @Test func `time alone never brings the last good backup into danger`() {
    forEachHistory { backups, policy, _ in
      for days in [0, 1, 30, 365, 36_500] {
        let later = Self.now.adding(seconds: days * 86_400)
        let plan = policy.plan(for: backups, now: later, in: .paris)
        #expect(newestGood(plan.entries.map(\.backup)) == newestGood(backups))
        #expect(
          !plan.removals.contains {
            $0.exists && $0.record.isGood && $0.record.start == newestGood(backups)
          })
      }
    }
  }
}
