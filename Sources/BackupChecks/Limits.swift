import Monitoring

/// The two ranges one figure is judged by; the unit is the figure's own.
package struct Limits: Sendable, Equatable {
  package var warning: Threshold?
  package var critical: Threshold?

  package init(warning: Threshold? = nil, critical: Threshold? = nil) {
    (self.warning, self.critical) = (warning, critical)
  }

  /// Whether there is anything to judge by.
  package var areGiven: Bool { warning != nil || critical != nil }

  /// The state of a value, CRITICAL asked first; without ranges everything is OK.
  package func state(of value: Double) -> CheckState {
    if critical?.isViolated(by: value) == true { return .critical }
    return warning?.isViolated(by: value) == true ? .warning : .ok
  }

  /// The state where there is no value at all although one is asked for.
  package var stateWithoutValue: CheckState {
    critical != nil ? .critical : warning != nil ? .warning : .ok
  }

  /// These ranges, and where one is missing that of `defaults`.
  package func over(_ defaults: Limits) -> Limits {
    Limits(warning: warning ?? defaults.warning, critical: critical ?? defaults.critical)
  }

  /// The limit that matters for a value, `limit 30h` or `warn 26h`: the broken one, else the one
  /// that would be broken last; nil where a range has no single limit to tell.
  package func text(for value: Double, _ write: (Double) -> String) -> String? {
    switch state(of: value) {
    case .warning: warning.flatMap { Self.text("warn", $0, value, write) }
    case .critical: critical.flatMap { Self.text("limit", $0, value, write) }
    default:
      critical.flatMap { Self.text("limit", $0, value, write) }
        ?? warning.flatMap { Self.text("warn", $0, value, write) }
    }
  }

  private static func text(
    _ word: String, _ range: Threshold, _ value: Double, _ write: (Double) -> String
  ) -> String? {
    guard !range.alertsInside else {
      return range.isViolated(by: value) ? "\(word) not \(bounds(range, write))" : nil
    }
    if value < range.start { return "\(word) at least \(write(range.start))" }
    if range.end.isFinite { return "\(word) \(write(range.end))" }
    return range.start.isFinite ? "\(word) at least \(write(range.start))" : nil
  }

  private static func bounds(_ range: Threshold, _ write: (Double) -> String) -> String {
    let from = range.start.isFinite ? write(range.start) : "anything"
    return range.end.isFinite ? "\(from) to \(write(range.end))" : "\(from) or more"
  }
}
