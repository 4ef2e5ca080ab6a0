import Monitoring
import TISBackupCore

/// Asks how the runs since the last good one ended: a partial one, or one that never ended, is at
/// least a WARNING, whatever came before it; failed ones are told, and counted against a limit.
package struct LastRun: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    let (failures, limits) = (facts.failures, facts.limits.failures)
    let figure = Perfdata(
      "\(facts.name)_failures", Int64(failures.count), warning: limits.warning,
      critical: limits.critical, minimum: 0)
    let counted = limits.state(of: Double(failures.count))
    guard let newest = failures.first else { return Finding(counted, "", perfdata: [figure]) }
    // A run of the old program that never ended is only known by its age.
    let isOdd = newest.status == .warning || newest.status == .running && newest.writer == nil
    let state = CheckState.worst([counted, isOdd ? .warning : .ok])
    let limit = counted == .ok ? nil : limits.text(for: Double(failures.count), \.countText)
    return Finding(state, text(failures, newest, limit, facts), perfdata: [figure])
  }

  private func text(
    _ failures: [BackupRecord], _ newest: BackupRecord, _ limit: String?, _ facts: SectionFacts
  ) -> String {
    let what =
      newest.status == .warning ? "partial" : newest.status == .running ? "died" : "failed"
    let when = newest.start.displayText(in: facts.zone)
    let since = (facts.lastGood == nil ? "" : " since") + (limit.map { " (\($0))" } ?? "")
    let count =
      failures.count == 1
      ? "1 \(what == "died" ? "run that died" : "\(what) run")\(since), at \(when)"
      : "\(failures.count) runs without success\(since), the last \(what), at \(when)"
    let why = reason(newest, facts)
    return why.isEmpty ? count : "\(count): \(why)"
  }

  private func reason(_ run: BackupRecord, _ facts: SectionFacts) -> String {
    guard run.status != .running else {
      return run.writer.map { "process \($0.pid) is gone" } ?? "it never ended"
    }
    let first = facts.failureLog.split(whereSeparator: \.isNewline).first ?? ""
    return PluginText.clean(String(first), limit: 160)
  }
}
