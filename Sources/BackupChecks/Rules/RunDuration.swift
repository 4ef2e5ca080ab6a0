import Monitoring
import TISBackupCore

/// Asks how long the last good backup took.
package struct RunDuration: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    guard let seconds = facts.lastGood?.duration else { return Finding(.ok, "") }
    let limits = facts.limits.duration
    let figure = Perfdata(
      "\(facts.name)_duration", Int64(seconds), unit: .seconds, warning: limits.warning,
      critical: limits.critical, minimum: 0)
    let state = limits.state(of: Double(seconds))
    guard state != .ok else { return Finding(.ok, "", perfdata: [figure]) }
    let limit = limits.text(for: Double(seconds), \.spanText).map { " (\($0))" } ?? ""
    return Finding(
      state, "the last good \(facts.noun) took \(TimeSpan(seconds: seconds))\(limit)",
      perfdata: [figure])
  }
}
