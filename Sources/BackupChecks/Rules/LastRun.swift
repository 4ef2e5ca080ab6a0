import Monitoring
import TISBackupCore

/// Asks how the newest finished run ended: a partial one is at least a WARNING, whatever came
/// before it; failed ones are told.
package struct LastRun: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    let failures = facts.failures
    let figure = Perfdata("\(facts.name)_failures", Int64(failures.count), minimum: 0)
    guard let newest = failures.first else { return Finding(.ok, "", perfdata: [figure]) }
    let state: CheckState = newest.status == .warning ? .warning : .ok
    return Finding(state, text(failures, newest, facts), perfdata: [figure])
  }

  private func text(_ failures: [BackupRecord], _ newest: BackupRecord, _ facts: SectionFacts)
    -> String
  {
    let what =
      newest.status == .warning ? "partial" : newest.status == .running ? "died" : "failed"
    let when = newest.start.displayText(in: facts.zone)
    let since = facts.lastGood == nil ? "" : " since"
    let count =
      failures.count == 1
      ? "1 \(what == "died" ? "run that died" : "\(what) run")\(since), at \(when)"
      : "\(failures.count) runs without success\(since), the last \(what), at \(when)"
    let why = reason(newest, facts)
    return why.isEmpty ? count : "\(count): \(why)"
  }

  private func reason(_ run: BackupRecord, _ facts: SectionFacts) -> String {
    guard run.status != .running else {
      return run.writer == nil ? "" : "process \(run.writer?.pid ?? 0) is gone"
    }
    let first = facts.failureLog.split(whereSeparator: \.isNewline).first ?? ""
    return PluginText.clean(String(first), limit: 160)
  }
}
