import BackupDrivers
import BackupJobs
import BackupTools
import Monitoring
import TISBackupCore

/// The answer of `--dry-run`: the exact commands, with every secret masked.
enum DryRun {
  static func print(_ job: RunJob, retryFailed: Bool, _ context: ToolContext)
    throws(BackupError) -> CheckState
  {
    let sections = retryFailed ? try job.withoutRecentBackup() : job.sections
    var previews: [RunPreview] = []
    for section in sections { previews.append(job.preview(of: section)) }
    if context.common.json {
      Output.print(JSONText.encode(previews))
    } else {
      for preview in previews { Output.print(text(preview)) }
    }
    return previews.contains { $0.problem != nil } ? .critical : .ok
  }

  private static func text(_ preview: RunPreview) -> String {
    if let problem = preview.problem { return "[\(preview.section)] \(problem)" }
    if let reason = preview.skipped { return "[\(preview.section)] skipped: \(reason)" }
    return preview.commands.map { "[\(preview.section)] \($0)" }.joined(separator: "\n")
  }
}
