import BackupJobs
import BackupTools
import Monitoring
import OutsideWorld
import TISBackupCore

/// What an import took, section by section.
struct ImportAnswer: Encodable {
  struct Part: Encodable {
    var section: String
    var status: String
    var message: String
    var backups = 0
    var history = 0
    var known = 0
    /// How many rows were left out, by the reason.
    var left_out: [String: Int] = [:]
  }

  var state: String
  var dry_run: Bool
  var sections: [Part]

  /// Does the import, or says what it would do, and prints what came of it.
  static func print(_ job: ImportJob, _ context: ToolContext) throws(BackupError) -> CheckState {
    let isDry = context.common.dryRun
    let (plan, notBegun) =
      isDry
      ? (try job.plan(), [])
      : try job.perform { () throws(BackupError) in try context.keepLog(job.configuration) }
    for part in plan.parts { tell(part, context) }
    let results =
      plan.parts.map { result(of: $0, would: isDry) }
      + notBegun.map { .interrupted($0, by: context.world.interruption()) }
      + plan.unknown.map {
        SectionResult(
          $0.section, .warning,
          "left out \($0.rows) \($0.rows == 1 ? "row" : "rows"): not in the ini")
      }
    guard context.common.json else {
      if results.isEmpty && !context.common.quiet { Output.print("the catalog has no rows") }
      return results.isEmpty ? .ok : ResultsAnswer.print(results, context)
    }
    let state = ResultsAnswer.state(of: results)
    let parts = Dictionary(plan.parts.map { ($0.section, $0) }) { first, _ in first }
    let answer = ImportAnswer(
      state: state.name, dry_run: isDry,
      sections: results.map { Part($0, parts[$0.section]) })
    Output.print(JSONText.encode(answer))
    return state
  }

  /// What is left out, each by its name, for who asks for the story.
  private static func tell(_ part: ImportPlan.Part, _ context: ToolContext) {
    for reason in ImportPlan.Reason.allCases {
      for name in part.left[reason] ?? [] {
        context.world.say(.init(.info, part.section, "left out \(name): \(reason.rawValue)"))
      }
    }
  }

  private static func result(of part: ImportPlan.Part, would: Bool) -> SectionResult {
    let kind: SectionResult.Kind =
      part.problem != nil ? .failed : part.isComplete ? .ok : .warning
    return SectionResult(part.section, kind, part.sentence(would: would))
  }
}

extension ImportAnswer.Part {
  init(_ result: SectionResult, _ part: ImportPlan.Part?) {
    self.init(section: result.section, status: result.kind.rawValue, message: result.message)
    guard let part else { return }
    (backups, history, known) = (part.backups, part.history, part.known)
    left_out = Dictionary(
      uniqueKeysWithValues: part.left.map { ($0.key.rawValue, $0.value.count) })
  }
}
