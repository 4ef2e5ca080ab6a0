/// A stretch of the local calendar of which retention may keep the newest good backup.
package enum RetentionPeriod: String, Sendable, CaseIterable {
  case day, week, month, year

  /// The key that says of how many of them.
  package var key: Key {
    switch self {
    case .day: .keepDaily
    case .week: .keepWeekly
    case .month: .keepMonthly
    case .year: .keepYearly
    }
  }

  /// The name of the one that a local time lies in: `2026-11-28`, `2026-W48`, `2026-11`, `2026`.
  ///
  /// Weeks are those of ISO 8601: they begin on Monday and belong to the year of their Thursday.
  package func name(of time: CivilTime) -> String {
    switch self {
    case .day: "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))"
    case .week: Self.week(of: time)
    case .month: "\(padded(time.year, 4))-\(padded(time.month, 2))"
    case .year: padded(time.year, 4)
    }
  }

  private static func week(of time: CivilTime) -> String {
    let day = Int((Double(time.secondsSince1970) / 86_400).rounded(.down))
    // 1970-01-01 was a Thursday, so day 0 has the third place after Monday.
    let weekday = ((day + 3) % 7 + 7) % 7
    let thursday = CivilTime(secondsSince1970: (day - weekday + 3) * 86_400)
    let first = CivilTime(year: thursday.year, month: 1, day: 1).secondsSince1970 / 86_400
    let week = (day - weekday + 3 - first) / 7 + 1
    return "\(padded(thursday.year, 4))-W\(padded(week, 2))"
  }
}
