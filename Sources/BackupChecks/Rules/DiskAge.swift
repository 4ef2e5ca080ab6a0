import Monitoring
import TISBackupCore

/// Asks whether a disk of the rotation set had its turn, and whether what is on it could be read back.
///
/// A disk is as old as the backups on it: copied today, a backup of last week is a week old.
package struct DiskAge: CheckRule {
  package init() {}

  package func evaluate(_ facts: DiskFacts) -> Finding {
    // What is wrong comes first.
    let findings = [age(facts), proof(facts)].compactMap(\.self)
      .sorted { $0.state.isWorse(than: $1.state) }
    return Finding(
      .worst(findings.map(\.state)), findings.map(\.text).joined(separator: "; "),
      perfdata: findings.flatMap(\.perfdata))
  }

  private func age(_ facts: DiskFacts) -> Finding {
    guard let exported = facts.exported, let oldest = facts.oldest, let age = facts.age else {
      return Finding(.warning, "never exported to")
    }
    let limits = Limits(critical: facts.maximumAge.map { Threshold(atMost: Double($0)) })
    let limit = limits.text(for: Double(age), \.spanText).map { " (\($0))" } ?? ""
    let since = TimeSpan(seconds: max(0, facts.now.seconds(since: exported)))
    let text =
      "last export \(since) ago, oldest backup on it \(TimeSpan(seconds: age))\(limit), \(oldest.section)"
    return Finding(
      limits.state(of: Double(age)), text,
      perfdata: [
        Perfdata(
          "disk_\(facts.name)_age", Int64(age), unit: .seconds, critical: limits.critical)
      ])
  }

  /// A good proof is only told: how often a disk is read back is its owner's to decide.
  private func proof(_ facts: DiskFacts) -> Finding? {
    guard let proof = facts.proof else { return nil }
    let since = TimeSpan(seconds: max(0, facts.now.seconds(since: proof.time)))
    return proof.isGood
      ? Finding(.ok, "read back whole \(since) ago")
      : Finding(.critical, "failed its proof \(since) ago: \(proof.log)")
  }
}
