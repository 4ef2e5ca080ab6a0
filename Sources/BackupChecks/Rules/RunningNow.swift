import Monitoring
import TISBackupCore

/// Says whether a backup is being taken, and whether it takes too long; the last good one still
/// decides about everything else.
package struct RunningNow: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    let limits = facts.limits.runtime
    let seconds = facts.running.map { max(0, facts.now.seconds(since: $0.start)) }
    let figure = Perfdata(
      "\(facts.name)_running", Int64(seconds ?? 0), unit: .seconds, warning: limits.warning,
      critical: limits.critical, minimum: 0)
    guard let seconds else { return Finding(.ok, "", perfdata: [figure]) }
    let state = limits.state(of: Double(seconds))
    let limit = state == .ok ? nil : limits.text(for: Double(seconds), \.spanText)
    return Finding(
      state, "running since \(TimeSpan(seconds: seconds))" + (limit.map { " (\($0))" } ?? ""),
      perfdata: [figure])
  }
}
