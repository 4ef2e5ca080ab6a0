/// What a ``RetentionPolicy`` knows of all backups of a section, as it decides on each.
struct RetentionJudgement {
  /// Seconds that clocks may differ.
  ///
  /// What begins later than that is in the future: it is no reason to remove what is older.
  private static let clockTolerance = 300

  private let policy: RetentionPolicy
  private let horizon: Instant
  private let leftoverHorizon: Instant
  let mayRemove: Bool
  private let newestGood: Instant?
  /// Why good ones stay, by their place in the order.
  private let reasons: [Int: [RetentionPlan.Keep]]
  /// The newest partial one, where no good one is newer.
  private let lastPartial: Int?

  /// `backups` are sorted, newest first.
  init(
    _ policy: RetentionPolicy, _ backups: [StoredBackup], now: Instant, in zone: LocalZone
  ) {
    self.policy = policy
    horizon = zone.startOfDay(policy.days, before: now)
    leftoverHorizon = zone.startOfDay(min(policy.leftoverDays, policy.days), before: now)
    let latest = now.adding(seconds: Self.clockTolerance)
    let good = backups.indices.filter {
      backups[$0].isGood && backups[$0].record.start <= latest
    }
    newestGood = good.first.map { backups[$0].record.start }
    mayRemove = newestGood.map { [horizon] in policy.force || $0 >= horizon } ?? false
    let partial = backups.firstIndex { $0.exists && $0.record.status == .warning }
    lastPartial = good.first.map { good in partial.flatMap { $0 < good ? $0 : nil } } ?? partial
    reasons = Self.reasons(for: good, backups, policy, zone)
  }

  private static func reasons(
    for good: [Int], _ backups: [StoredBackup], _ policy: RetentionPolicy, _ zone: LocalZone
  ) -> [Int: [RetentionPlan.Keep]] {
    var reasons: [Int: [RetentionPlan.Keep]] = [:]
    // Not even an ini that asks for none: without a single good backup there is no backup.
    let minimum = max(1, policy.minimumGood)
    for index in good.prefix(minimum) {
      reasons[index, default: []].append(minimum == 1 ? .lastGood : .minimum(minimum))
    }
    for index in good.prefix(policy.keepLast) {
      reasons[index, default: []].append(.last(policy.keepLast))
    }
    for period in policy.keptPeriods {
      var names: Set<String> = []
      for index in good {
        let name = period.name(of: zone.civilTime(at: backups[index].record.start))
        guard names.count < policy.keep[period, default: 0] || names.contains(name) else { break }
        if names.insert(name).inserted {
          reasons[index, default: []].append(.newest(of: period, name))
        }
      }
    }
    return reasons
  }

  func decision(on index: Int, _ backup: StoredBackup) -> RetentionPlan.Decision {
    let keep = keeps(index, backup)
    if !keep.isEmpty { return .keep(keep) }
    guard mayRemove else { return .keep([backup.exists ? .noFreshGood : .onlyGone]) }
    return backup.isInUse ? .keep([.inUse]) : .remove(reasonToRemove(backup))
  }

  /// Every reason to keep it that does not depend on what may be removed.
  private func keeps(_ index: Int, _ backup: StoredBackup) -> [RetentionPlan.Keep] {
    if backup.record.status == .running { return [.running] }
    var keep: [RetentionPlan.Keep] = backup.exists && backup.isPinned ? [.pinned] : []
    if backup.isLeftover {
      // Whatever it holds, a good backup that is newer holds it too.
      if newestGood.map({ backup.record.start < $0 }) != true {
        keep.append(backup.record.isIncomplete ? .incomplete : .onlyLeftover)
      } else if backup.record.start >= leftoverHorizon {
        keep.append(.youngLeftover(days: min(policy.leftoverDays, policy.days)))
      }
      return keep
    }
    if backup.record.start >= horizon { keep.append(.young) }
    keep += reasons[index] ?? []
    if index == lastPartial, backup.record.start < horizon { keep.append(.lastPartial) }
    return keep
  }

  private func reasonToRemove(_ backup: StoredBackup) -> RetentionPlan.Remove {
    guard backup.exists else { return .gone }
    if backup.isLeftover { return backup.record.isIncomplete ? .superseded : .failed }
    let periods = policy.keptPeriods
    return backup.isGood && !periods.isEmpty ? .unwanted(periods) : .old
  }
}
