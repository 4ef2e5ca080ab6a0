extension Key {
  /// How long backups stay; a section without them lives by `backup_retention_time` alone.
  package static let retention: [Key] =
    [.retentionDays, .failedRetentionDays, .minimumGood, .keepLast]
    + RetentionPeriod.allCases.map(\.key)

  package static let retentionDays = Key.required(
    "backup_retention_time", .number(1...100_000), "days a backup is kept"
  ).global()
  package static let failedRetentionDays = Key.optional(
    "failed_retention_time", .number(0...100_000), default: "3",
    "days that what a failed run left is kept, once a newer good backup is there"
  ).global()
  package static let minimumGood = Key.optional(
    "minimum_good", .number(1...100_000), default: "1",
    "never fewer good backups than this, whatever their age"
  ).global()
  package static let keepLast = Key.optional(
    "keep_last", .number(0...100_000), default: "0",
    "so many of the newest good backups are kept, whatever their age"
  ).global()
  package static let keepDaily = kept("keep_daily", "days")
  package static let keepWeekly = kept("keep_weekly", "weeks, from Monday,")
  package static let keepMonthly = kept("keep_monthly", "months")
  package static let keepYearly = kept("keep_yearly", "years")

  private static func kept(_ name: String, _ periods: String) -> Key {
    optional(
      name, .number(0...100_000), default: "0",
      "the newest good backup of so many \(periods) is kept, whatever its age"
    ).global()
  }
}
