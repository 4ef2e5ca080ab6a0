import ArgumentParser
import BackupChecks
import Monitoring

extension ThresholdOptions {
  /// The ranges as the rules take them.
  var limits: SectionLimits {
    var limits = SectionLimits()
    limits.age = Limits(warning: warning, critical: critical)
    limits.failures = Limits(warning: warningFailures, critical: criticalFailures)
    limits.runtime = Limits(warning: warningRuntime, critical: criticalRuntime)
    limits.duration = Limits(warning: warningDuration, critical: criticalDuration)
    limits.size = Limits(warning: warningSize, critical: criticalSize)
    limits.sizeChange = Limits(warning: warningSizeChange, critical: criticalSizeChange)
    limits.count = Limits(warning: warningCount, critical: criticalCount)
    limits.oldest = Limits(warning: warningOldest, critical: criticalOldest)
    limits.verified = Limits(warning: warningVerified, critical: criticalVerified)
    return limits
  }

  var space: SpaceLimits {
    var limits = SpaceLimits()
    (limits.warning, limits.critical) = (warningFree, criticalFree)
    limits.inodes = Limits(warning: warningFreeInodes, critical: criticalFreeInodes)
    return limits
  }

  /// A WARNING that could never be seen, because CRITICAL comes first, is a slip of the pen.
  func validate() throws {
    let (limits, space) = (limits, space)
    let pairs = [
      ("", limits.age), ("-failures", limits.failures), ("-runtime", limits.runtime),
      ("-duration", limits.duration), ("-size", limits.size), ("-size-change", limits.sizeChange),
      ("-count", limits.count), ("-oldest", limits.oldest), ("-verified", limits.verified),
      ("-free", space.limits(inPercent: true)), ("-free", space.limits(inPercent: false)),
      ("-free-inodes", space.inodes),
    ]
    for (name, limits) in pairs where limits.hidesWarning {
      throw ValidationError(
        "--warning\(name) lies beyond --critical\(name), so it could never be seen; exchange them?")
    }
  }
}

extension Limits {
  /// Whether everything that breaks the warning breaks the critical range as well.
  fileprivate var hidesWarning: Bool {
    guard let warning, let critical, warning != critical else { return false }
    guard !warning.alertsInside, !critical.alertsInside else { return false }
    return warning.start <= critical.start && warning.end >= critical.end
  }
}
