import ArgumentParser
import BackupChecks
import Monitoring

/// The ranges: what leaves one is WARNING or CRITICAL, for all sections alike.
struct ThresholdOptions: ParsableArguments {
  @Option(
    name: [.customShort("w"), .long], parsing: .unconditional,
    help: ArgumentHelp(
      "WARNING when the age of the last good backup leaves this range (default: warning_backup_age).",
      valueName: "range"),
    transform: RangeValue.age)
  var warning: Threshold?

  @Option(
    name: [.customShort("c"), .long], parsing: .unconditional,
    help: ArgumentHelp(
      "CRITICAL when the age of the last good backup leaves this range (default: maximum_backup_age).",
      valueName: "range"),
    transform: RangeValue.age)
  var critical: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "WARNING range of the runs without success since the last good one (default: warning_failures).",
      valueName: "range"),
    transform: RangeValue.count)
  var warningFailures: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "CRITICAL range of it (default: maximum_failures).", valueName: "range"),
    transform: RangeValue.count)
  var criticalFailures: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "WARNING range of the time a run has been at work (default: timeout).", valueName: "range"),
    transform: RangeValue.duration)
  var warningRuntime: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "CRITICAL range of it.", valueName: "range"),
    transform: RangeValue.duration)
  var criticalRuntime: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "WARNING range of the time the last good backup took (default: warning_duration).",
      valueName: "range"),
    transform: RangeValue.duration)
  var warningDuration: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "CRITICAL range of it (default: maximum_duration).", valueName: "range"),
    transform: RangeValue.duration)
  var criticalDuration: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "WARNING range of the size of the last good backup.", valueName: "range"),
    transform: RangeValue.size)
  var warningSize: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "CRITICAL range of it (default: minimum_size, maximum_size).", valueName: "range"),
    transform: RangeValue.size)
  var criticalSize: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "WARNING range of the percent its size is off the median of those before (default: warning_size_change).",
      valueName: "range"),
    transform: RangeValue.change)
  var warningSizeChange: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "CRITICAL range of it (default: maximum_size_change).", valueName: "range"),
    transform: RangeValue.change)
  var criticalSizeChange: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "WARNING range of the number of good backups within retention.", valueName: "range"),
    transform: RangeValue.count)
  var warningCount: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "CRITICAL range of it.", valueName: "range"),
    transform: RangeValue.count)
  var criticalCount: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "WARNING range of the age of the oldest good backup on record.", valueName: "range"),
    transform: RangeValue.age)
  var warningOldest: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "CRITICAL range of it.", valueName: "range"),
    transform: RangeValue.age)
  var criticalOldest: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "WARNING range of the free space of the base folder, as 10%: or 50GiB:.", valueName: "range"),
    transform: RangeValue.space)
  var warningFree: SpaceRange?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "CRITICAL range of it (default: minimum_free).", valueName: "range"),
    transform: RangeValue.space)
  var criticalFree: SpaceRange?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "WARNING range of the free inodes of the base folder, in percent.", valueName: "range"),
    transform: RangeValue.percent)
  var warningFreeInodes: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "CRITICAL range of it (default: minimum_free_inodes).", valueName: "range"),
    transform: RangeValue.percent)
  var criticalFreeInodes: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "WARNING range of the age of the last proof that can be restored (default: warning_verified_age).",
      valueName: "range"),
    transform: RangeValue.age)
  var warningVerified: Threshold?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "CRITICAL range of it (default: maximum_verified_age).", valueName: "range"),
    transform: RangeValue.age)
  var criticalVerified: Threshold?
}
