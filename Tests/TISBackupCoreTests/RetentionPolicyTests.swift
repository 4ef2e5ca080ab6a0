import TISBackupTestSupport
import Testing

@testable import TISBackupCore

struct RetentionPolicyTests {
  /// 2026-11-24T03:00:00+01:00.
  private static let now = Instant(seconds: 1_795_485_600)

  /// One backup: days before now, status, and whether it is on disk.
  struct Case: Sendable, CustomStringConvertible {
    var age: Int
    var status: RunStatus
    var exists: Bool

    init(_ age: Int, _ status: RunStatus = .ok, exists: Bool = true) {
      (self.age, self.status, self.exists) = (age, status, exists)
    }

    var description: String { "\(age)d \(status.catalogText)\(exists ? "" : " gone")" }

    var backup: StoredBackup {
      let start = now.adding(seconds: -age * 86_400)
      return StoredBackup(
        BackupRecord(section: "web", start: start, status: status), exists: exists)
    }
  }

  /// The decisions, newest first, as people read them.
  private func decisions(_ plan: RetentionPlan) -> [String] {
    plan.entries.map { entry in
      "\(entry.isRemoval ? "remove" : "keep"): \(entry.reason)"
    }
  }

  private func plan(_ cases: [Case], days: Int = 30, force: Bool = false) -> RetentionPlan {
    RetentionPolicy(days: days, force: force)
      .plan(for: cases.map(\.backup), now: Self.now, in: .paris)
  }

  @Test(
    arguments: [
      ([], []),
      (
        [Case(0), Case(30)],
        ["keep: within retention; last good backup", "keep: within retention"]
      ),
      (
        [Case(1), Case(31)],
        ["keep: within retention; last good backup", "remove: older than retention"]
      ),
      ([Case(1, .warning), Case(40)], ["keep: within retention", "keep: last good backup"]),
      (
        [Case(1, .error), Case(40), Case(50)],
        [
          "keep: left by a failed run, and no good backup is newer", "keep: last good backup",
          "keep: no good backup within retention",
        ]
      ),
      ([Case(40)], ["keep: last good backup"]),
      (
        [Case(40, .error), Case(50, .warning), Case(60, .warning)],
        [
          "keep: left by a failed run, and no good backup is newer",
          "keep: newest backup of all, although partial", "keep: no good backup within retention",
        ]
      ),
      (
        [
          Case(1), Case(3, .error), Case(4, .error), Case(40, .error), Case(50, .warning),
          Case(60, .other("x")),
        ],
        [
          "keep: within retention; last good backup",
          "keep: left by a failed run, within 3 days",
          "remove: left by a failed run, and a newer good backup exists",
          "remove: left by a failed run, and a newer good backup exists",
          "remove: older than retention",
          "remove: left by a failed run, and a newer good backup exists",
        ]
      ),
      (
        [Case(1), Case(40, .running), Case(41)],
        [
          "keep: within retention; last good backup", "keep: being written",
          "remove: older than retention",
        ]
      ),
      (
        [Case(1), Case(40, exists: false), Case(41, .error, exists: false)],
        [
          "keep: within retention; last good backup", "remove: no longer on disk",
          "remove: no longer on disk",
        ]
      ),
      (
        [Case(1, exists: false), Case(40)],
        ["keep: within retention", "keep: last good backup"]
      ),
      (
        [Case(1, exists: false), Case(40, exists: false)],
        [
          "keep: within retention",
          "keep: not on disk, and no good backup within retention proves the disk is there",
        ]
      ),
    ] as [([Case], [String])])
  func `every backup is kept or removed for a reason`(_ cases: [Case], _ expected: [String]) {
    #expect(decisions(plan(cases)) == expected)
    #expect(decisions(plan(cases.reversed())) == expected)
  }

  /// What a run left of which only a part could be made.
  private func incomplete(_ age: Int, _ status: RunStatus = .error, exists: Bool = true)
    -> StoredBackup
  {
    var backup = Case(age, status, exists: exists).backup
    backup.record.location = "/b/web/\(age)" + (status == .error ? ".incomplete/" : "")
    return backup
  }

  @Test(arguments: [false, true])
  func `what is incomplete stays until a good one is newer, and then some days`(_ force: Bool) {
    let backups = [
      incomplete(1), incomplete(2, .ok), incomplete(3), incomplete(4),
      incomplete(5, .ok, exists: false), incomplete(40), incomplete(50, .ok),
    ]
    let policy = RetentionPolicy(days: 30, force: force)
    #expect(
      decisions(policy.plan(for: backups, now: Self.now, in: .paris)) == [
        "keep: incomplete, and no good backup is newer",
        "keep: within retention; last good backup", "keep: left by a failed run, within 3 days",
        "remove: incomplete, and a newer good backup exists", "keep: within retention",
        "remove: incomplete, and a newer good backup exists", "remove: older than retention",
      ])
    let old = [incomplete(1), incomplete(50, .ok), incomplete(51), incomplete(60, exists: false)]
    #expect(
      decisions(policy.plan(for: old, now: Self.now, in: .paris)) == [
        "keep: incomplete, and no good backup is newer", "keep: last good backup",
        force
          ? "remove: incomplete, and a newer good backup exists"
          : "keep: no good backup within retention",
        force
          ? "remove: no longer on disk"
          : "keep: not on disk, and no good backup within retention proves the disk is there",
      ])
  }

  @Test func `force removes without a fresh good backup, but never the last good one`() {
    let cases = [Case(1, .error), Case(40, .warning), Case(41), Case(50), Case(60, exists: false)]
    #expect(
      decisions(plan(cases, force: true)) == [
        "keep: left by a failed run, and no good backup is newer",
        "keep: newest backup of all, although partial", "keep: last good backup",
        "remove: older than retention", "remove: no longer on disk",
      ])
  }

  @Test(arguments: [[Case(40, .error), Case(50, .warning)], [Case(40, exists: false)]])
  func `without any good backup on disk not even force removes`(_ cases: [Case]) {
    #expect(plan(cases, force: true).removals.isEmpty)
  }

  @Test func `the window begins at midnight, on the calendar`() throws {
    let midnight = try #require(
      Instant(catalogText: "2026-10-25T00:00:00.000000+02:00", in: .paris))
    let backups = [Self.now, midnight, midnight.adding(seconds: -1)].map {
      StoredBackup(BackupRecord(section: "web", start: $0, status: .ok), exists: true)
    }
    let plan = RetentionPolicy(days: 30).plan(for: backups, now: Self.now, in: .paris)
    #expect(plan.removals.map(\.backup) == [backups[2]])
  }

  @Test func `what goes is listed oldest first, and the plan newest first`() {
    let plan = plan([Case(50), Case(1), Case(40), Case(60)])
    #expect(
      plan.removals.map(\.backup.record.start) == [60, 50, 40].map { Case($0).backup.record.start })
    #expect(plan.entries.map(\.backup) == [1, 40, 50, 60].map { Case($0).backup })
  }

  @Test func `an export or a row that was cleaned is never the last good backup`() {
    var export = Case(1).backup
    export.record.type = .export
    let plan = RetentionPolicy(days: 30)
      .plan(for: [export, Case(40).backup, Case(50).backup], now: Self.now, in: .paris)
    #expect(plan.removals.isEmpty)
  }

  /// The decisions of a policy whose window is one day: what is older stays for another reason.
  private func kept(
    _ backups: [StoredBackup], _ change: (inout RetentionPolicy) -> Void
  ) -> [String] {
    var policy = RetentionPolicy(days: 1)
    change(&policy)
    return decisions(policy.plan(for: backups, now: Self.now, in: .paris))
  }

  @Test func `the newest good one of each day stays, and an empty day takes no place`() {
    // 03:00 today, then two of one day, a day with a partial one, and days without any.
    let backups = [0, 30, 40, 74, 150, 170].map { hours in
      var record = BackupRecord(
        section: "web", start: Self.now.adding(seconds: -hours * 3600),
        status: hours == 74 ? .warning : .ok)
      record.location = "/b/web/\(hours)"
      return StoredBackup(record, exists: true)
    }
    #expect(
      kept(backups) { $0.keep[.day] = 3 } == [
        "keep: within retention; last good backup; newest of 2026-11-24 (keep_daily)",
        "keep: newest of 2026-11-22 (keep_daily)",
        "remove: older than retention, and the newest of no kept day",
        "remove: older than retention", "keep: newest of 2026-11-17 (keep_daily)",
        "remove: older than retention, and the newest of no kept day",
      ])
  }

  @Test func `weeks, months and years are those of the local calendar`() {
    let cases = [0, 2, 9, 25, 60, 320, 400, 800].map { Case($0) }
    let decisions = kept(cases.map(\.backup)) {
      $0.keep = [.week: 2, .month: 3, .year: 3]
    }
    #expect(
      decisions == [
        "keep: within retention; last good backup; newest of 2026-W48 (keep_weekly); newest of 2026-11 (keep_monthly); newest of 2026 (keep_yearly)",
        "keep: newest of 2026-W47 (keep_weekly)",
        "remove: older than retention, and the newest of no kept week or month or year",
        "keep: newest of 2026-10 (keep_monthly)", "keep: newest of 2026-09 (keep_monthly)",
        "remove: older than retention, and the newest of no kept week or month or year",
        "keep: newest of 2025 (keep_yearly)", "keep: newest of 2024 (keep_yearly)",
      ])
  }

  @Test(arguments: [
    ("2024-12-29T10:00:00+01:00", "2024-W52"), ("2024-12-30T10:00:00+01:00", "2025-W01"),
    ("2027-01-03T23:59:59+01:00", "2026-W53"), ("2027-01-04T00:00:00+01:00", "2027-W01"),
    ("1969-12-31T12:00:00+01:00", "1970-W01"),
  ])
  func `a week is that of ISO 8601`(_ time: String, _ week: String) throws {
    let text = time.replacing("+", with: ".000000+")
    let instant = try #require(Instant(catalogText: text, in: .paris))
    #expect(RetentionPeriod.week.name(of: LocalZone.paris.civilTime(at: instant)) == week)
  }

  @Test func `keep_last and minimum_good count good ones alone`() {
    let cases = [Case(1), Case(2, .warning), Case(3), Case(4, exists: false), Case(5), Case(6)]
    let backups = cases.map(\.backup)
    #expect(
      kept(backups) {
        $0.keepLast = 2
        $0.minimumGood = 3
      } == [
        "keep: within retention; one of the 3 newest good ones (minimum_good); one of the last 2 (keep_last)",
        "remove: older than retention",
        "keep: one of the 3 newest good ones (minimum_good); one of the last 2 (keep_last)",
        "remove: no longer on disk", "keep: one of the 3 newest good ones (minimum_good)",
        "remove: older than retention",
      ])
  }

  @Test func `what is pinned or in use stays, whatever else holds`() {
    var backups = [Case(0), Case(5), Case(6), Case(7, .error), Case(8, exists: false)].map(\.backup)
    for index in [1, 3, 4] { backups[index].isPinned = true }
    backups[2].isInUse = true
    #expect(
      kept(backups) { _ in } == [
        "keep: within retention; last good backup", "keep: pinned",
        "keep: being verified or exported", "keep: pinned", "remove: no longer on disk",
      ])
  }

  @Test func `a backup of the future is no reason to remove what is older`() {
    let cases = [Case(-2), Case(40), Case(50)]
    #expect(
      decisions(plan(cases)) == [
        "keep: within retention", "keep: last good backup",
        "keep: no good backup within retention",
      ])
  }

  @Test func `the keys of a section make the policy`() throws {
    let values = [
      "backup_retention_time": "10", "failed_retention_time": "0", "keep_last": "4",
      "minimum_good": "2", "keep_daily": "7", "keep_yearly": "1",
    ].mapValues { Section.Value($0, line: 1) }
    let policy = try #require(try RetentionPolicy(of: Section(name: "web", values: values)))
    #expect((policy.days, policy.leftoverDays, policy.keepLast) == (10, 0, 4))
    #expect(policy.minimumGood == 2 && policy.keptPeriods == [.day, .year])
    #expect(policy.keep[.day] == 7 && policy.keep[.week] == 0)
    #expect(try RetentionPolicy(of: Section(name: "web", values: [:])) == nil)
  }
}
