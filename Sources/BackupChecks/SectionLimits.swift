import Monitoring
import TISBackupCore

/// All limits of a section: those of the command line over those of its own keys.
package struct SectionLimits: Sendable, Equatable {
  /// Seconds since the last good backup ended.
  package var age = Limits()
  /// Runs without success since then.
  package var failures = Limits()
  /// Seconds a run has been at work.
  package var runtime = Limits()
  /// Seconds the last good backup took.
  package var duration = Limits()
  /// Bytes of the last good backup.
  package var size = Limits()
  /// Percent that size is off the median of those before it, negative for less.
  package var sizeChange = Limits()
  /// Good backups within retention.
  package var count = Limits()
  /// Seconds since the oldest good backup on record ended.
  package var oldest = Limits()
  /// Seconds since a backup was last proven to be restorable.
  package var verified = Limits()

  package init() {}

  /// These limits, and where one is missing that of `defaults`.
  package func over(_ defaults: SectionLimits) -> SectionLimits {
    var limits = self
    limits.age = age.over(defaults.age)
    limits.failures = failures.over(defaults.failures)
    limits.runtime = runtime.over(defaults.runtime)
    limits.duration = duration.over(defaults.duration)
    limits.size = size.over(defaults.size)
    limits.sizeChange = sizeChange.over(defaults.sizeChange)
    limits.count = count.over(defaults.count)
    limits.oldest = oldest.over(defaults.oldest)
    limits.verified = verified.over(defaults.verified)
    return limits
  }
}

extension SectionLimits {
  /// The limits a section's own keys give, those of `[global]` behind them.
  ///
  /// Values that cannot be read give none: such a section is told as broken anyway.
  package init(of section: Section, type: RecordType) {
    age = Self.ages(of: section, type)
    guard type == .backup else { return }
    failures = Limits(
      warning: Self.most(try? section.number(.warningFailures)),
      critical: Self.most(try? section.number(.maximumFailures)))
    // A run that outlives its own time limit hangs.
    runtime.warning = Self.most(try? section.seconds(.timeout))
    duration = Limits(
      warning: Self.most(try? section.seconds(.warningDuration)),
      critical: Self.most(try? section.seconds(.maximumDuration)))
    sizeChange = Limits(
      warning: Self.around(try? section.percent(.warningSizeChange)),
      critical: Self.around(try? section.percent(.maximumSizeChange)))
    size.critical = Self.sizes(of: section)
    verified = Limits(
      warning: Self.most(try? section.seconds(.warningVerifiedAge)),
      critical: Self.most(try? section.seconds(.maximumVerifiedAge)))
  }

  /// An export without a limit of its own must be as fresh as a backup: better an alarm than a
  /// disk that nobody has plugged in for a year.
  private static func ages(of section: Section, _ type: RecordType) -> Limits {
    let maximum = (try? section.number(.maximumAge)).map { $0 * 3600 }
    let ofExport = (try? section.seconds(.maximumExportAge))
    if type == .export { return Limits(critical: most(ofExport ?? maximum)) }
    let warning = (try? section.number(.warningAge)).map { $0 * 3600 }
    return Limits(warning: most(warning), critical: most(maximum))
  }

  private static func sizes(of section: Section) -> Threshold? {
    let least = (try? section.bytes(.minimumSize)).map(Double.init)
    let most = (try? section.bytes(.maximumSize)).map(Double.init)
    guard least != nil || most != nil else { return nil }
    // Limits that contradict each other are told by the validation of the ini.
    return Threshold(within: min(least ?? 0, most ?? .infinity)...(most ?? .infinity))
  }

  private static func most(_ limit: Int?) -> Threshold? {
    limit.map { Threshold(atMost: Double($0)) }
  }

  private static func around(_ percent: Int?) -> Threshold? {
    percent.map { Threshold(within: -Double($0)...Double($0)) }
  }
}
