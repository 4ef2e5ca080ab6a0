/// Decides what may be deleted, and says why everything else may not.
///
/// TISBackup's rule, made safe: what started before midnight `days` days ago goes, but only where
/// a good backup within the window is still on disk. Beside that window, the newest good backup of
/// days, weeks, months and years may stay. Only good ones are counted: whatever failed, and however
/// often, takes the place of none of them. Pure on purpose: backups and `now` come in, a plan comes
/// out, nothing is touched.
package struct RetentionPolicy: Sendable, Equatable {
  /// Days a backup is kept, counted in local calendar days.
  package var days: Int
  /// Days that what a failed run left is kept, once a good backup is newer; never longer than `days`.
  package var leftoverDays = 3
  /// How many of the newest good ones are kept, whatever their age.
  package var keepLast = 0
  /// Of how many periods the newest good one is kept; a period without a good one takes no place.
  package var keep: [RetentionPeriod: Int] = [:]
  /// How many good ones there are at least, before any is removed.
  package var minimumGood = 1
  /// Whether to clean although no good backup lies within the window.
  package var force: Bool

  package init(days: Int, force: Bool = false) { (self.days, self.force) = (days, force) }

  /// What an ini says of a section; nil without `backup_retention_time`.
  package init?(of section: Section, force: Bool = false) throws(BackupError) {
    guard let days = try section.number(.retentionDays) else { return nil }
    self.init(days: days, force: force)
    leftoverDays = try section.number(.failedRetentionDays) ?? leftoverDays
    keepLast = try section.number(.keepLast) ?? 0
    minimumGood = try section.number(.minimumGood) ?? minimumGood
    for period in RetentionPeriod.allCases { keep[period] = try section.number(period.key) ?? 0 }
  }

  package func plan(for backups: [StoredBackup], now: Instant, in zone: LocalZone) -> RetentionPlan
  {
    let sorted = backups.sorted {
      ($0.record.start, $0.record.location ?? "") > ($1.record.start, $1.record.location ?? "")
    }
    let judgement = RetentionJudgement(self, sorted, now: now, in: zone)
    return RetentionPlan(
      entries: sorted.enumerated().map {
        RetentionPlan.Entry($1, judgement.decision(on: $0, $1))
      }, mayRemove: judgement.mayRemove)
  }

  /// The periods of which some are kept, shortest first.
  var keptPeriods: [RetentionPeriod] {
    RetentionPeriod.allCases.filter { keep[$0, default: 0] > 0 }
  }
}
