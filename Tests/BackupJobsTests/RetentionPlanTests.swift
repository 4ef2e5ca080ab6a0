import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

/// Now is a Tuesday, 22:13; ten days of retention reach back to midnight of the 4th.
struct RetentionPlanTests {
  /// A backup by its age in hours: `ok`, `warning`, `error` or `running`, there or `gone`.
  struct Backup: Sendable {
    var hours: Int
    var status = RunStatus.ok
    var isThere = true

    var stored: StoredBackup {
      var record = BackupRecord(
        section: "web1", start: Bench.now.adding(seconds: -hours * 3600), status: status)
      record.location = "/backup/web1/\(hours)"
      return StoredBackup(record, exists: isThere)
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var backups: [Backup]
    /// What becomes of each, in the same order.
    var reasons: [String]
    var force = false

    init(_ name: String, _ fates: [(Backup, String)], force: Bool = false) {
      testDescription = name
      (backups, reasons, self.force) = (fates.map(\.0), fates.map(\.1), force)
    }
  }

  @Test(arguments: [
    Case("nothing", []),
    Case(
      "what started before midnight ten days ago goes, to the hour",
      [
        (Backup(hours: 1), "within retention"), (Backup(hours: 262), "within retention"),
        (Backup(hours: 263), "older than retention"), (Backup(hours: 900), "older than retention"),
      ]),
    Case(
      "the last good one stays, and with it all that is older",
      [
        (Backup(hours: 300), "last good backup"),
        (Backup(hours: 400), "no good backup within retention"),
      ]),
    Case(
      "unless forced; the last good one stays even then",
      [
        (Backup(hours: 300), "last good backup"), (Backup(hours: 400), "older than retention"),
      ], force: true),
    Case(
      "a good one that is gone from the disk is no reason to remove others",
      [
        (Backup(hours: 1, isThere: false), "within retention"),
        (Backup(hours: 300), "last good backup"),
        (Backup(hours: 400), "no good backup within retention"),
      ]),
    Case(
      "nor is a partial one",
      [
        (Backup(hours: 1, status: .warning), "within retention"),
        (Backup(hours: 300), "last good backup"),
        (Backup(hours: 400, status: .warning), "no good backup within retention"),
      ]),
    Case(
      "partial and failed ones go by age like the rest",
      [
        (Backup(hours: 1), "within retention"),
        (Backup(hours: 300, status: .warning), "older than retention"),
        (Backup(hours: 301, status: .error), "left by a failed run, older than retention"),
        (Backup(hours: 302, status: .other("odd")), "left by a failed run, older than retention"),
        (Backup(hours: 2, status: .error), "within retention"),
      ]),
    Case(
      "a partial one newer than every good one stays, being the newest there is",
      [
        (Backup(hours: 300, status: .warning), "newest backup of all, although partial"),
        (Backup(hours: 301, status: .warning), "older than retention"),
        (Backup(hours: 400), "last good backup"),
      ], force: true),
    Case(
      "where nothing good ever was, nothing goes, forced or not",
      [
        (Backup(hours: 1, status: .warning), "within retention"),
        (Backup(hours: 300, status: .warning), "no good backup within retention"),
        (Backup(hours: 400, status: .error), "no good backup within retention"),
      ], force: true),
    Case(
      "an empty disk loses no row, for it may only not be mounted",
      [
        (Backup(hours: 1, isThere: false), "within retention"),
        (
          Backup(hours: 300, isThere: false),
          "not on disk, and no good backup within retention proves the disk is there"
        ),
      ], force: true),
    Case(
      "a row whose backup is gone is marked once it is old",
      [
        (Backup(hours: 1), "within retention"),
        (Backup(hours: 300, isThere: false), "no longer on disk"),
      ]),
    Case(
      "what is being written is never touched",
      [
        (Backup(hours: 1), "within retention"),
        (Backup(hours: 300, status: .running), "being written"),
      ]),
  ])
  func `every backup has its reason`(_ example: Case) {
    let plan = RetentionPolicy(days: 10, force: example.force)
      .plan(for: example.backups.map(\.stored), now: Bench.now, in: .utc)
    let fates = Dictionary(
      uniqueKeysWithValues: plan.entries.map { ($0.backup.record.location, $0.decision.reason) })
    #expect(example.backups.map { fates[$0.stored.record.location] } == example.reasons)
  }

  @Test func `the day begins at midnight of this server, also when a clock change lies between`() {
    // 2026-10-30 12:00 in Paris; ten days before is the 20th, still summer time: 22:00 UTC.
    let now = Instant(seconds: 1_793_358_000)
    let midnight = Instant(seconds: 1_792_447_200)
    let backups = [now, midnight, midnight.adding(seconds: -1)].map {
      StoredBackup(BackupRecord(section: "web1", start: $0, status: .ok), exists: true)
    }
    let plan = RetentionPolicy(days: 10).plan(for: backups, now: now, in: .paris)
    #expect(plan.removals.map(\.record.start) == [midnight.adding(seconds: -1)])
  }

  @Test func `of any backups the last good one stays, and nothing goes that must not`() throws {
    var random = SeededGenerator(seed: 3)
    let statuses: [RunStatus] = [.ok, .ok, .warning, .error, .running, .other("?")]
    for _ in 0..<3000 {
      let backups = (0..<Int.random(in: 0...12, using: &random)).map { number in
        Backup(
          hours: Int.random(in: -5...60, using: &random) * 12 + number,
          status: statuses.randomElement(using: &random) ?? .ok,
          isThere: Int.random(in: 0...3, using: &random) > 0
        ).stored
      }
      let policy = RetentionPolicy(
        days: Int.random(in: 1...30, using: &random), force: Bool.random(using: &random))
      let plan = policy.plan(for: backups, now: Bench.now, in: .paris)
      check(plan, policy, of: backups)
      // Carried out, it leaves nothing to do.
      let left = backups.filter { !plan.removals.contains($0) }
      #expect(policy.plan(for: left, now: Bench.now, in: .paris).removals == [])
    }
  }

  private func check(_ plan: RetentionPlan, _ policy: RetentionPolicy, of backups: [StoredBackup]) {
    let good = backups.filter { $0.exists && $0.record.isGood }.map(\.record.start).max()
    let horizon = LocalZone.paris.startOfDay(policy.days, before: Bench.now)
    #expect(plan.entries.count == backups.count)
    for removed in plan.removals {
      #expect(removed.record.start < horizon)
      #expect(removed.record.status != .running)
      #expect(!removed.exists || !removed.record.isGood || removed.record.start != good)
      #expect(good != nil && (policy.force || good.map { $0 >= horizon } == true))
    }
    // Oldest first, so that an interrupted cleanup leaves the newest.
    let starts = plan.removals.map(\.record.start)
    #expect(starts == starts.sorted())
  }
}

extension RetentionPlan.Decision {
  fileprivate var reason: String {
    switch self {
    case .keep(let why): why.rawValue
    case .remove(let why): why.rawValue
    }
  }
}
