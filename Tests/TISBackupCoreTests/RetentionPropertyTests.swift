import TISBackupTestSupport
import Testing

@testable import TISBackupCore

/// Whatever the history and whatever the ini, these hold.
struct RetentionPropertyTests {
  /// 2026-11-24T03:00:00+01:00.
  private static let now = Instant(seconds: 1_795_485_600)

  /// A history and a policy out of a seed, of every kind that may meet.
  private struct World {
    var backups: [StoredBackup]
    var policy: RetentionPolicy

    init(_ random: inout SeededGenerator) {
      let span = [3, 40, 400, 4000].randomElement(using: &random) ?? 40
      backups = (0..<Int.random(in: 0...60, using: &random)).map { index in
        // A clock that was wrong makes some that begin later than now.
        // Coarse for some, so that two often begin in the same instant.
        let step = index.isMultiple(of: 2) ? 12 : 1
        let hours = Int.random(in: -48 / step...span * 24 / step, using: &random) * step
        let status: RunStatus =
          [.ok, .ok, .ok, .ok, .warning, .error, .running, .other("x")]
          .randomElement(using: &random) ?? .ok
        var record = BackupRecord(
          section: "web", start: now.adding(seconds: -hours * 3600), status: status)
        record.location =
          "/b/web/\(index)\(status == .error && Bool.random(using: &random) ? ".incomplete" : "")"
        if Int.random(in: 0..<10, using: &random) == 0 {
          record.proof = BackupProof(time: now, isGood: Bool.random(using: &random))
        }
        var backup = StoredBackup(record, exists: Int.random(in: 0..<8, using: &random) > 0)
        backup.isPinned = Int.random(in: 0..<12, using: &random) == 0
        backup.isInUse = Int.random(in: 0..<12, using: &random) == 0
        return backup
      }
      policy = RetentionPolicy(
        days: Int.random(in: 1...span, using: &random), force: Bool.random(using: &random))
      policy.leftoverDays = Int.random(in: 0...10, using: &random)
      policy.minimumGood = Int.random(in: 0...4, using: &random)
      policy.keepLast = Bool.random(using: &random) ? Int.random(in: 0...9, using: &random) : 0
      for period in RetentionPeriod.allCases where Bool.random(using: &random) {
        policy.keep[period] = Int.random(in: 0...12, using: &random)
      }
    }

    func plan(_ policy: RetentionPolicy? = nil) -> RetentionPlan {
      (policy ?? self.policy).plan(for: backups, now: now, in: .paris)
    }
  }

  private func forEachWorld(
    _ seeds: Range<UInt64> = 0..<1500, _ body: (World, inout SeededGenerator, Comment) -> Void
  ) {
    for seed in seeds {
      var random = SeededGenerator(seed: seed)
      let world = World(&random)
      body(world, &random, "seed \(seed): \(world.policy)")
    }
  }

  private func removed(_ plan: RetentionPlan) -> Set<String> {
    Set(plan.removals.compactMap(\.backup.record.location))
  }

  /// Good ones on disk that no wrong clock made, newest first.
  private func good(_ backups: [StoredBackup]) -> [StoredBackup] {
    backups.filter { $0.isGood && $0.record.start <= Self.now.adding(seconds: 300) }
      .sorted { $0.record.start > $1.record.start }
  }

  @Test func `every backup has exactly one decision, and the oldest goes first`() {
    forEachWorld { world, _, seed in
      let plan = world.plan()
      #expect(
        Set(plan.entries.compactMap(\.backup.record.location)).count == world.backups.count, seed)
      let starts = plan.entries.map(\.backup.record.start)
      #expect(starts == starts.sorted(by: >) && starts.count == world.backups.count, seed)
      #expect(
        plan.removals.map(\.backup.record.start)
          == plan.removals.map(\.backup.record.start).sorted(),
        seed)
    }
  }

  @Test func `force removes no less`() {
    forEachWorld { world, _, seed in
      var (free, forced) = (world.policy, world.policy)
      (free.force, forced.force) = (false, true)
      #expect(removed(world.plan(free)).isSubset(of: removed(world.plan(forced))), seed)
    }
  }

  @Test func `time alone never brings the last good backup into danger`() {
    forEachWorld(0..<300) { world, _, seed in
      for days in [0, 1, 30, 365, 36_500] {
        let later = Self.now.adding(seconds: days * 86_400)
        let plan = world.policy.plan(for: world.backups, now: later, in: .paris)
        let good = world.backups.filter {
          $0.isGood && $0.record.start <= later.adding(seconds: 300)
        }
        let left = good.filter { !removed(plan).contains($0.record.location ?? "") }
        #expect(left.map(\.record.start).max() == good.map(\.record.start).max(), seed)
      }
    }
  }

  @Test func `the last good backup stays, and as many as minimum_good says`() {
    forEachWorld { world, _, seed in
      let removed = removed(world.plan())
      let good = good(world.backups)
      let left = good.filter { !removed.contains($0.record.location ?? "") }
      #expect(left.count >= min(good.count, max(1, world.policy.minimumGood)), seed)
      #expect(left.first == good.first, seed)
    }
  }

  @Test func `nothing at all goes without a good one in the window, unless it is forced`() {
    forEachWorld { world, _, seed in
      let horizon = LocalZone.paris.startOfDay(world.policy.days, before: Self.now)
      let newest = good(world.backups).first?.record.start
      let isFresh = newest.map { $0 >= horizon } ?? false
      if !isFresh && (!world.policy.force || newest == nil) {
        #expect(world.plan().removals.isEmpty, seed)
      }
    }
  }

  @Test func `what is pinned, in use, written or young stays, on disk or not`() {
    forEachWorld { world, _, seed in
      let horizon = LocalZone.paris.startOfDay(world.policy.days, before: Self.now)
      for entry in world.plan().removals {
        let backup = entry.backup
        #expect(!(backup.exists && (backup.isPinned || backup.isInUse)), seed)
        #expect(backup.record.status != .running, seed)
        #expect(backup.isLeftover || backup.record.start < horizon, seed)
      }
    }
  }

  @Test func `nothing that failed goes before a good one is newer`() {
    forEachWorld { world, _, seed in
      let newest = good(world.backups).first?.record.start
      for entry in world.plan().removals where entry.backup.isLeftover {
        #expect(newest.map { $0 > entry.backup.record.start } == true, seed)
      }
    }
  }

  @Test func `failed, partial or vanished backups change nothing about which good ones stay`() {
    forEachWorld { world, random, seed in
      var other = world
      other.backups = world.backups.filter(\.isGood)
      let goodNames = Set(other.backups.compactMap(\.record.location))
      #expect(removed(world.plan()).intersection(goodNames) == removed(other.plan()), seed)
    }
  }

  @Test func `a plan that was carried out leaves nothing to remove`() {
    forEachWorld { world, _, seed in
      let first = removed(world.plan())
      var after = world
      after.backups.removeAll { first.contains($0.record.location ?? "") }
      #expect(removed(after.plan()).isEmpty, seed)
    }
  }

  /// A cleanup that is stopped has removed the oldest of what it meant to.
  @Test func `a plan that was carried out in part goes on where it stopped`() {
    forEachWorld { world, random, seed in
      let order = world.plan().removals.compactMap(\.backup.record.location)
      let done = Set(order.prefix(Int.random(in: 0...order.count, using: &random)))
      var after = world
      after.backups.removeAll { done.contains($0.record.location ?? "") }
      #expect(removed(after.plan()) == Set(order).subtracting(done), seed)
    }
  }

  @Test func `more keeping never removes more`() {
    forEachWorld { world, random, seed in
      var more = world.policy
      more.keepLast += Int.random(in: 0...3, using: &random)
      more.minimumGood += Int.random(in: 0...3, using: &random)
      more.leftoverDays += Int.random(in: 0...3, using: &random)
      for period in RetentionPeriod.allCases {
        more.keep[period, default: 0] += Int.random(in: 0...3, using: &random)
      }
      #expect(removed(world.plan(more)).isSubset(of: removed(world.plan())), seed)
    }
  }

  /// Without force a longer window may be the first that a good backup lies in: then it cleans what
  /// a shorter one dared not touch.
  @Test func `a longer window never removes more where the shorter one cleans, too`() {
    forEachWorld { world, random, seed in
      guard world.plan().mayRemove else { return }
      var longer = world.policy
      longer.days += Int.random(in: 0...30, using: &random)
      #expect(removed(world.plan(longer)).isSubset(of: removed(world.plan())), seed)
    }
  }

  @Test func `the order in which backups come says nothing`() {
    forEachWorld(0..<300) { world, random, seed in
      var other = world
      other.backups.shuffle(using: &random)
      #expect(other.plan() == world.plan(), seed)
    }
  }

  @Test func `each kept period keeps its newest good one, and no other for its sake`() {
    forEachWorld { world, _, seed in
      for entry in world.plan().entries {
        guard case .keep(let reasons) = entry.decision else { continue }
        for case .newest(let period, let name) in reasons {
          let same = good(world.backups).filter {
            period.name(of: LocalZone.paris.civilTime(at: $0.record.start)) == name
          }
          #expect(same.first?.record.start == entry.backup.record.start, seed)
        }
      }
    }
  }
}
