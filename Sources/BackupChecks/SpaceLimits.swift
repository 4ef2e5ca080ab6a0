import Monitoring
import TISBackupCore

/// A range of free space: percent of the file system, or bytes.
package struct SpaceRange: Sendable, Equatable {
  package var threshold: Threshold
  package var isPercent: Bool

  /// Reads `10%:` or `50GiB:`; each bound carries its unit, and both the same.
  package init(parsing text: String) throws(ThresholdError) {
    var units: Set<Bool> = []
    threshold = try Threshold(parsing: text) { bound in
      switch Share(String(bound)) {
      case .percent(let percent):
        units.insert(true)
        return percent
      case .bytes(let bytes):
        // Zero is zero of both.
        if bytes > 0 { units.insert(false) }
        return Double(bytes)
      case nil: return nil
      }
    }
    guard units.count <= 1 else { throw .malformed(text) }
    isPercent = units.first ?? true
  }

  /// Alerts when less than this is free.
  package init(atLeast share: Share) {
    switch share {
    case .percent(let percent):
      (threshold, isPercent) = (Threshold(within: percent...(.infinity)), true)
    case .bytes(let bytes):
      (threshold, isPercent) = (Threshold(within: Double(bytes)...(.infinity)), false)
    }
  }
}

/// What the file system of the base folder must have left.
package struct SpaceLimits: Sendable, Equatable {
  package var warning: SpaceRange?
  package var critical: SpaceRange?
  /// Percent of all inodes.
  package var inodes = Limits()
  /// Whether nobody asked for them: they hold all the same, and are told where they do not.
  package private(set) var areDefaults = false

  package init() {}

  package var areGiven: Bool { warning != nil || critical != nil || inodes.areGiven }

  /// The limits of `[global]`: below them no section begins.
  package init(of configuration: Configuration) {
    critical = configuration.global(.minimumFree).flatMap(Share.init).map(SpaceRange.init)
    inodes.critical = configuration.global(.minimumFreeInodes).flatMap(Key.percent)
      .map { Threshold(within: Double($0)...(.infinity)) }
    areDefaults = [Key.minimumFree, .minimumFreeInodes].allSatisfy {
      configuration.globals[$0.name]?.text.isEmpty ?? true
    }
  }

  /// These limits, and where one is missing that of `defaults`.
  package func over(_ defaults: SpaceLimits) -> SpaceLimits {
    var limits = self
    limits.warning = warning ?? defaults.warning
    limits.critical = critical ?? defaults.critical
    limits.inodes = inodes.over(defaults.inodes)
    limits.areDefaults = !areGiven && defaults.areDefaults
    return limits
  }

  /// The ranges of one of the two units.
  package func limits(inPercent: Bool) -> Limits {
    Limits(
      warning: warning.flatMap { $0.isPercent == inPercent ? $0.threshold : nil },
      critical: critical.flatMap { $0.isPercent == inPercent ? $0.threshold : nil })
  }
}
