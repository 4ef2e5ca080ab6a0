import Monitoring
import PassiveChecks
import TISBackupCore

/// Prints what would be announced, and sends nothing.
package struct PassiveDryRun {
  private let judgement: PassiveJudgement

  package init(_ judgement: PassiveJudgement) { self.judgement = judgement }

  /// Prints the states of these subjects; each once, whatever the number of targets.
  package func print(_ subjects: [AnnouncedSubject], as form: PassiveForm)
    throws(BackupError) -> CheckState
  {
    var results: [PassiveResult] = []
    var state = CheckState.ok
    for verdict in try judgement.verdicts(on: subjects) {
      switch verdict {
      case .result(let result): results.append(result)
      case .silent: break
      case .unnamed(let problem):
        Output.complain(problem)
        state = .warning
      }
    }
    guard !results.isEmpty else {
      if form == .text { Output.write("nothing to announce\n") }
      return state
    }
    Output.write(form.text(of: results, source: judgement.backupHost))
    return state
  }
}
