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
      switch entry.decision {
      case .keep(let reason): "keep: \(reason.rawValue)"
      case .remove(let reason): "remove: \(reason.rawValue)"
      }
    }
  }

  private func plan(_ cases: [Case], days: Int = 30, force: Bool = false) -> RetentionPlan {
    RetentionPolicy(days: days, force: force)
      .plan(for: cases.map(\.backup), now: Self.now, in: .paris)
  }

  @Test(
    arguments: [
      ([], []),
      ([Case(0), Case(30)], ["keep: within retention", "keep: within retention"]),
      ([Case(1), Case(31)], ["keep: within retention", "remove: older than retention"]),
      ([Case(1, .warning), Case(40)], ["keep: within retention", "keep: last good backup"]),
      (
        [Case(1, .error), Case(40), Case(50)],
        [
          "keep: within retention", "keep: last good backup",
          "keep: no good backup within retention",
        ]
      ),
      ([Case(40)], ["keep: last good backup"]),
      (
        [Case(40, .error), Case(50, .warning)],
        ["keep: no good backup within retention", "keep: no good backup within retention"]
      ),
      (
        [Case(1), Case(40, .error), Case(50, .warning), Case(60, .other("x"))],
        [
          "keep: within retention", "remove: left by a failed run, older than retention",
          "remove: older than retention", "remove: left by a failed run, older than retention",
        ]
      ),
      (
        [Case(1), Case(40, .running), Case(41)],
        ["keep: within retention", "keep: being written", "remove: older than retention"]
      ),
      (
        [Case(1), Case(40, exists: false), Case(41, .error, exists: false)],
        ["keep: within retention", "remove: no longer on disk", "remove: no longer on disk"]
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

  @Test(arguments: [false, true])
  func `what is incomplete goes when a good one is newer, and stays until then`(_ force: Bool) {
    func backup(_ age: Int, _ status: RunStatus = .error, exists: Bool = true) -> StoredBackup {
      var backup = Case(age, status, exists: exists).backup
      backup.record.location = "/b/web/x" + (status == .error ? ".incomplete/" : "")
      return backup
    }
    let backups = [
      backup(1), backup(2), backup(3, .ok, exists: false), backup(40), backup(50, .ok), backup(51),
      backup(60, exists: false),
    ]
    let plan = RetentionPolicy(days: 30, force: force).plan(for: backups, now: Self.now, in: .paris)
    let kept = "keep: incomplete, and no good backup is newer"
    #expect(
      decisions(plan) == [
        kept, kept, "keep: within retention", kept, "keep: last good backup",
        "remove: incomplete, and a newer good backup exists",
        force
          ? "remove: no longer on disk"
          : "keep: not on disk, and no good backup within retention proves the disk is there",
      ])
  }

  @Test func `force removes without a fresh good backup, but never the last good one`() {
    let cases = [Case(1, .error), Case(40, .warning), Case(41), Case(50), Case(60, exists: false)]
    #expect(
      decisions(plan(cases, force: true)) == [
        "keep: within retention", "keep: newest backup of all, although partial",
        "keep: last good backup", "remove: older than retention", "remove: no longer on disk",
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
    #expect(plan.removals == [backups[2]])
  }

  @Test func `what goes is listed oldest first, and the plan newest first`() {
    let plan = plan([Case(50), Case(1), Case(40), Case(60)])
    #expect(plan.removals.map(\.record.start) == [60, 50, 40].map { Case($0).backup.record.start })
    #expect(plan.entries.map(\.backup) == [1, 40, 50, 60].map { Case($0).backup })
  }

  @Test func `an export or a row that was cleaned is never the last good backup`() {
    var export = Case(1).backup
    export.record.type = .export
    let plan = RetentionPolicy(days: 30)
      .plan(for: [export, Case(40).backup, Case(50).backup], now: Self.now, in: .paris)
    #expect(plan.removals.isEmpty)
  }
}
