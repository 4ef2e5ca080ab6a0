import Monitoring
import TISBackupCore

/// Asks how long ago the last good backup ended.
package struct Freshness: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    let limits = Limits(facts)
    guard let good = facts.lastGood, let age = facts.age else {
      return Finding(state(withoutGood: facts, limits), text(withoutGood: facts))
    }
    let state = max(limits.state(for: age), partial: hasRecentPartial(facts, limits))
    return Finding(
      state, text(good, age: age, limits, state, facts), perfdata: figures(good, age, limits, facts)
    )
  }

  /// A partial run within the limit softens CRITICAL to WARNING, as TISBackup has it.
  private func hasRecentPartial(_ facts: SectionFacts, _ limits: Limits) -> Bool {
    facts.failures.contains { run in
      run.status == .warning
        && limits.critical?.isViolated(
          by: Double(facts.now.seconds(since: run.end ?? run.start))) != true
    }
  }

  private func max(_ state: CheckState, partial: Bool) -> CheckState {
    state == .critical && partial ? .warning : state
  }

  private func state(withoutGood facts: SectionFacts, _ limits: Limits) -> CheckState {
    hasRecentPartial(facts, limits) ? .warning : .critical
  }

  private func text(withoutGood facts: SectionFacts) -> String {
    facts.runs.isEmpty && facts.unreadable == 0 ? "never backed up" : "no good backup on record"
  }

  private func text(
    _ good: BackupRecord, age: Int, _ limits: Limits, _ state: CheckState, _ facts: SectionFacts
  ) -> String {
    guard age >= 0 else {
      return
        "last OK ends at \((good.end ?? good.start).displayText(in: facts.zone)), in the future"
    }
    var text = "last OK \(TimeSpan(seconds: age)) ago"
    if let limit = limits.text(for: state) { text += " (\(limit))" }
    if let bytes = good.bytes { text += ", \(ByteCount(bytes))" }
    if let duration = good.duration { text += ", took \(TimeSpan(seconds: duration))" }
    return text
  }

  private func figures(_ good: BackupRecord, _ age: Int, _ limits: Limits, _ facts: SectionFacts)
    -> [Perfdata]
  {
    let name = facts.name
    return [
      Perfdata(
        "\(name)_age", Int64(age), unit: .seconds, warning: limits.warning,
        critical: limits.critical, minimum: 0),
      good.bytes.map { Perfdata("\(name)_size", $0, unit: .bytes, minimum: 0) },
      good.writtenBytes.map { Perfdata("\(name)_written", $0, unit: .bytes, minimum: 0) },
      good.duration.map { Perfdata("\(name)_duration", Int64($0), unit: .seconds, minimum: 0) },
    ].compactMap(\.self)
  }
}

/// The limits of an age: those of the command line, else those of the section.
private struct Limits {
  var warning: Threshold?
  var critical: Threshold?

  init(_ facts: SectionFacts) {
    warning = facts.settings.warning ?? facts.warningAge.map { Threshold(atMost: Double($0)) }
    critical = facts.settings.critical ?? facts.maximumAge.map { Threshold(atMost: Double($0)) }
  }

  func state(for age: Int) -> CheckState {
    if critical?.isViolated(by: Double(age)) == true { return .critical }
    return warning?.isViolated(by: Double(age)) == true ? .warning : .ok
  }

  /// The limit that matters: the broken one, else the one that would be broken last.
  func text(for state: CheckState) -> String? {
    let isWarning = state == .warning && warning != nil
    guard let limit = (isWarning ? warning : critical ?? warning)?.plainLimit else { return nil }
    return (isWarning || critical == nil ? "warn " : "limit ") + Self.hours(Int(limit))
  }

  /// Whole hours up to four days as administrators write them: `30h`.
  private static func hours(_ seconds: Int) -> String {
    seconds % 3600 == 0 && seconds <= 96 * 3600
      ? "\(seconds / 3600)h" : TimeSpan(seconds: seconds).description
  }
}
