import Monitoring
import TISBackupCore

/// Asks whether a run claims to be from the future: then the clock was wrong, and no age is sure.
package struct Clock: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    let latest = facts.runs.map { max($0.start, $0.end ?? $0.start) }.max()
    guard let latest, latest > SectionFacts.horizon(at: facts.now) else {
      return Finding(.ok, "")
    }
    return Finding(
      .warning,
      "a run is dated \(latest.displayText(in: facts.zone)), in the future: check the clock")
  }
}
