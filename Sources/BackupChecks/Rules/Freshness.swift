import Monitoring
import TISBackupCore

/// Asks how long ago the last good backup ended.
package struct Freshness: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    guard let good = facts.lastGood, let age = facts.age else { return withoutGood(facts) }
    let state = facts.limits.age.state(of: Double(age))
    return Finding(
      state == .critical && hasRecentPartial(facts) ? .warning : state, text(good, age, facts),
      perfdata: [
        Perfdata(
          "\(facts.name)_age", Int64(age), unit: .seconds, warning: facts.limits.age.warning,
          critical: facts.limits.age.critical, minimum: 0)
      ])
  }

  /// A partial run within the limit softens CRITICAL to WARNING, as TISBackup has it.
  private func hasRecentPartial(_ facts: SectionFacts) -> Bool {
    facts.failures.contains { run in
      run.status == .warning
        && facts.limits.age.critical?.isViolated(
          by: Double(facts.now.seconds(since: run.end ?? run.start))) != true
    }
  }

  private func withoutGood(_ facts: SectionFacts) -> Finding {
    if facts.runs.isEmpty && facts.unreadable == 0 {
      return Finding(
        facts.judgement.missing,
        facts.judgement.type == .export ? "never exported" : "never backed up"
      )
    }
    return Finding(
      hasRecentPartial(facts) ? .warning : .critical, "no good \(facts.noun) on record")
  }

  private func text(_ good: BackupRecord, _ age: Int, _ facts: SectionFacts) -> String {
    var time: String { (good.end ?? good.start).displayText(in: facts.zone) }
    guard age >= 0 else { return "last OK ends at \(time), in the future" }
    let told = facts.judgement.tellsTimes ? "\(time), " : ""
    var text = "last OK \(told)\(TimeSpan(seconds: age)) ago"
    if let limit = facts.limits.age.text(for: Double(age), \.spanText) { text += " (\(limit))" }
    if let bytes = good.bytes { text += ", \(ByteCount(bytes))" }
    if let duration = good.duration { text += ", took \(TimeSpan(seconds: duration))" }
    return text
  }
}
