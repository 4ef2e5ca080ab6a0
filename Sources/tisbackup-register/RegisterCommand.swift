import ArgumentParser
import BackupDrivers
import BackupJobs
import BackupTools
import Monitoring
import OutsideWorld
import TISBackupCore

/// Finds backups on disk that the catalog lacks.
struct RegisterCommand: Tool {
  static let configuration = CommandConfiguration(
    commandName: "tisbackup-register",
    abstract: "Find backups on disk that the catalog lacks, and record them.",
    usage: "tisbackup-register [OPTION]...",
    discussion: """
      Example: tisbackup-register --dry-run

      Nothing empty, cut short or unfinished is recorded: it is named and left out, which is a \
      warning. Exit status: 0 all well, 1 with warnings, 3 could not start.
      """,
    version: suiteVersion)

  @OptionGroup var common: CommonOptions

  func perform(_ context: ToolContext) async throws(BackupError) -> CheckState {
    var configuration = try context.configuration()
    _ = context.monitoring(&configuration)
    let job = RegisterJob(
      configuration, try context.sections(of: configuration), world: context.world)
    let plan = try await job.plan()
    if plan.isEmpty {
      if !common.quiet && !common.json { Output.print("every backup on disk is in the catalog") }
      if common.json { Output.print(JSONText.encode(ResultsAnswer([], dryRun: common.dryRun))) }
      return .ok
    }
    if common.dryRun { return ResultsAnswer.print(plan.map(preview), context) }
    try RunJob.prepare(configuration, context.world)
    try context.keepLog(configuration)
    return ResultsAnswer.print(try job.perform(plan), context)
  }

  private func preview(_ candidate: RegisterCandidate) -> SectionResult {
    switch candidate.verdict {
    case .add(let record):
      let size = ByteCount(record.bytes ?? 0)
      return SectionResult(
        candidate.section, record.status == .warning ? .warning : .ok,
        "would register \(candidate.location) (\(size))")
    case .leave(let reason):
      return SectionResult(
        candidate.section, .warning, "would leave out \(candidate.location): \(reason)")
    }
  }
}
