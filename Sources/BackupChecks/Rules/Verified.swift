import Monitoring
import TISBackupCore

/// Asks when a backup was last proven to be restorable; one that failed its proof is CRITICAL.
package struct Verified: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    let limits = facts.limits.verified
    guard let proof = facts.proof else {
      return facts.lastGood == nil || !limits.areGiven
        ? Finding(.ok, "") : Finding(limits.stateWithoutValue, "never proven to be restorable")
    }
    let age = facts.now.seconds(since: proof.time)
    let figure = Perfdata(
      "\(facts.name)_verified", Int64(age), unit: .seconds, warning: limits.warning,
      critical: limits.critical, minimum: 0)
    guard proof.isGood else {
      let time = proof.time.displayText(in: facts.zone)
      return Finding(
        .critical, "the proof of \(time) failed: it cannot be restored", perfdata: [figure])
    }
    let state = limits.state(of: Double(age))
    if state == .ok, facts.failedProofs > 0 {
      let older = facts.failedProofs == 1 ? "1 older backup" : "\(facts.failedProofs) older backups"
      return Finding(.warning, "\(older) failed the proof", perfdata: [figure])
    }
    guard state != .ok else { return Finding(.ok, "", perfdata: [figure]) }
    let limit = limits.text(for: Double(age), \.spanText).map { " (\($0))" } ?? ""
    return Finding(
      state, "last proven restorable \(TimeSpan(seconds: age)) ago\(limit)", perfdata: [figure])
  }
}
