import Monitoring
import TISBackupCore

/// Asks how far back the good backups on record go.
package struct Oldest: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    let limits = facts.limits.oldest
    guard limits.areGiven, let oldest = facts.oldest else { return Finding(.ok, "") }
    let age = facts.now.seconds(since: oldest)
    let state = limits.state(of: Double(age))
    guard state != .ok else { return Finding(.ok, "") }
    let limit = limits.text(for: Double(age), \.spanText).map { " (\($0))" } ?? ""
    return Finding(
      state, "the oldest good \(facts.noun) is \(TimeSpan(seconds: age)) old\(limit)")
  }
}
