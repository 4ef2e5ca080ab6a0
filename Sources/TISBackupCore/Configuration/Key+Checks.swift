extension Key {
  /// The limits `check_tisbackup` judges by: what they allow is OK, and the word before the first
  /// underscore says which state it is beyond: `maximum` and `minimum` CRITICAL, `warning` WARNING.
  package static let checks: [Key] = [
    .maximumAge, .warningAge, .minimumSize, .maximumSize, .maximumSizeChange, .warningSizeChange,
    .maximumDuration, .warningDuration, .maximumFailures, .warningFailures, .maximumVerifiedAge,
    .warningVerifiedAge, .maximumExportAge,
  ]

  package static let maximumAge = Key.required(
    "maximum_backup_age", .number(1...1_000_000),
    "hours after which a missing good backup is CRITICAL"
  ).global()
  package static let warningAge = Key.optional(
    "warning_backup_age", .number(1...1_000_000),
    "hours after which a missing good backup is a WARNING"
  ).global()
  package static let minimumSize = Key.optional(
    "minimum_size", .size, "a good backup smaller than this is CRITICAL"
  ).global()
  package static let maximumSize = Key.optional(
    "maximum_size", .size, "a good backup larger than this is CRITICAL"
  ).global()
  package static let maximumSizeChange = Key.optional(
    "maximum_size_change", .percent,
    "percent off the median of the last good backups, up or down, that are CRITICAL"
  ).global()
  package static let warningSizeChange = Key.optional(
    "warning_size_change", .percent, "percent off that median that are a WARNING"
  ).global()
  package static let maximumDuration = Key.optional(
    "maximum_duration", .span(.seconds), "a good backup that took longer is CRITICAL"
  ).global()
  package static let warningDuration = Key.optional(
    "warning_duration", .span(.seconds), "a good backup that took longer is a WARNING"
  ).global()
  package static let maximumFailures = Key.optional(
    "maximum_failures", .number(0...1_000_000),
    "more failed runs than this since the last good one are CRITICAL"
  ).global()
  package static let warningFailures = Key.optional(
    "warning_failures", .number(0...1_000_000),
    "more failed runs than this since the last good one are a WARNING"
  ).global()
  package static let maximumVerifiedAge = Key.optional(
    "maximum_verified_age", .span(.hours),
    "a last proof that can be restored older than this is CRITICAL"
  ).global()
  package static let warningVerifiedAge = Key.optional(
    "warning_verified_age", .span(.hours),
    "a last proof that can be restored older than this is a WARNING"
  ).global()
  package static let maximumExportAge = Key.optional(
    "maximum_export_age", .span(.hours),
    "a last export older than this is CRITICAL (maximum_backup_age)"
  ).global()
  /// Of `[global]` alone: all sections lie on one file system.
  package static let minimumFree = Key.optional(
    "minimum_free", .share, default: "5%",
    "free space of the base folder below which no section begins, and which is CRITICAL")
  package static let minimumFreeInodes = Key.optional(
    "minimum_free_inodes", .percent, default: "5%",
    "free inodes of the base folder below which no section begins, and which is CRITICAL")
}
