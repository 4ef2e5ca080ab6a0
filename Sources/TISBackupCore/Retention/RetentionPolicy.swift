/// One backup that retention judges.
package struct StoredBackup: Sendable, Equatable {
  package var record: BackupRecord
  /// Whether what the record points to is on disk.
  package var exists: Bool

  package init(_ record: BackupRecord, exists: Bool) {
    (self.record, self.exists) = (record, exists)
  }
}

/// What cleanup means to do with every backup of one section, and why.
package struct RetentionPlan: Sendable, Equatable {
  package enum Decision: Sendable, Equatable {
    case keep(Keep)
    case remove(Remove)
  }

  package enum Keep: String, Sendable {
    case young = "within retention"
    case lastGood = "last good backup"
    case lastPartial = "newest backup of all, although partial"
    case running = "being written"
    case incomplete = "incomplete, and no good backup is newer"
    case noFreshGood = "no good backup within retention"
    case onlyGone = "not on disk, and no good backup within retention proves the disk is there"
  }

  package enum Remove: String, Sendable {
    case old = "older than retention"
    case failed = "left by a failed run, older than retention"
    case gone = "no longer on disk"
    case superseded = "incomplete, and a newer good backup exists"
  }

  package struct Entry: Sendable, Equatable {
    package var backup: StoredBackup
    package var decision: Decision

    package init(_ backup: StoredBackup, _ decision: Decision) {
      (self.backup, self.decision) = (backup, decision)
    }
  }

  /// Newest first.
  package var entries: [Entry]

  package init(entries: [Entry] = []) { self.entries = entries }

  /// What goes, oldest first: an interrupted cleanup leaves the newest.
  package var removals: [StoredBackup] {
    entries.reversed().compactMap { if case .remove = $0.decision { $0.backup } else { nil } }
  }
}

/// Decides what may be deleted, and says why everything else may not.
///
/// TISBackup's rule, made safe: what started before midnight `days` days ago goes, but only where
/// a good backup within the window is still on disk; the newest good one never goes. Pure on
/// purpose: backups and `now` come in, a plan comes out, nothing is touched.
package struct RetentionPolicy: Sendable {
  /// Days a backup is kept, counted in local calendar days.
  package var days: Int
  /// Whether to clean although no good backup lies within the window.
  package var force: Bool

  package init(days: Int, force: Bool = false) { (self.days, self.force) = (days, force) }

  package func plan(for backups: [StoredBackup], now: Instant, in zone: LocalZone) -> RetentionPlan
  {
    let horizon = zone.startOfDay(days, before: now)
    let good = backups.filter { $0.exists && $0.record.isGood }
    let newestGood = good.map(\.record.start).max()
    let newest = backups.filter { $0.exists && $0.record.status == .warning }.map(\.record.start)
      .max()
    let mayClean = force && newestGood != nil || newestGood.map { $0 >= horizon } == true
    let entries = backups.sorted { $0.record.start > $1.record.start }.map { backup in
      RetentionPlan.Entry(
        backup,
        decision(
          on: backup, horizon: horizon, newestGood: newestGood, newestPartial: newest,
          mayClean: mayClean))
    }
    return RetentionPlan(entries: entries)
  }

  private func decision(
    on backup: StoredBackup, horizon: Instant, newestGood: Instant?, newestPartial: Instant?,
    mayClean: Bool
  ) -> RetentionPlan.Decision {
    let record = backup.record
    if record.status == .running { return .keep(.running) }
    if record.isIncomplete && backup.exists {
      // Whatever it holds, a good backup that is newer holds it too.
      return newestGood.map { record.start < $0 } == true
        ? .remove(.superseded) : .keep(.incomplete)
    }
    if record.start >= horizon { return .keep(.young) }
    if backup.exists && record.isGood && record.start == newestGood { return .keep(.lastGood) }
    if backup.exists && record.start == newestPartial
      && newestPartial ?? record.start > newestGood ?? record.start
    {
      return .keep(.lastPartial)
    }
    guard mayClean else { return .keep(backup.exists ? .noFreshGood : .onlyGone) }
    if !backup.exists { return .remove(.gone) }
    return .remove(record.status == .ok || record.status == .warning ? .old : .failed)
  }
}
