import ArgumentParser
import BackupJobs
import BackupTools
import Monitoring
import OutsideWorld
import TISBackupCore

/// Brings the catalog in line with what is on disk.
struct RegisterCommand: Tool {
  static let configuration = CommandConfiguration(
    commandName: "tisbackup-register",
    abstract: "Find backups on disk that the catalog lacks, and record them.",
    usage: "tisbackup-register [OPTION]...",
    discussion: """
      Example: tisbackup-register --dry-run
      Example: tisbackup-register --import /mnt/old/log/tisbackup.sqlite
      Example: tisbackup-register --fsck --repair

      Nothing empty, cut short or unfinished is recorded: it is named and left out, which is a \
      warning. Nothing on disk is ever removed. Exit status: 0 all well, 1 with warnings or \
      findings, 2 interrupted or the catalog is damaged, 3 could not start.
      """,
    version: suiteVersion)

  @OptionGroup var common: CommonOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Backups looked at at once (default: one for each processor, 8 at most).", valueName: "n"))
  var jobs: Int?

  @Option(
    name: .customLong("import"),
    help: ArgumentHelp(
      "Take over the rows of another catalog whose backups are here, and its history.",
      valueName: "catalog"))
  var source: String?

  @Flag(help: "Hold the catalog against the disk, both ways, and change nothing.")
  var fsck = false

  @Flag(
    help:
      "With --fsck: mend what can be mended without losing anything; rebuild a damaged catalog.")
  var repair = false

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs takes a whole number from 1 to 256")
    }
    if repair && !fsck { throw ValidationError("--repair goes with --fsck") }
    if source != nil && fsck { throw ValidationError("--import and --fsck exclude each other") }
    if source?.isEmpty == true { throw ValidationError("--import needs the path of a catalog") }
  }

  func perform(_ context: ToolContext) async throws(BackupError) -> CheckState {
    var configuration = try context.configuration()
    _ = context.monitoring(&configuration)
    let sections = try context.sections(of: configuration)
    if let source {
      return try ImportAnswer.print(
        ImportJob(configuration, sections, from: source, world: context.world), context)
    }
    do throws(BackupError) {
      if fsck {
        var job = FsckJob(configuration, sections, world: context.world)
        job.jobs = jobs
        return try await FsckAnswer.print(job, repairs: repair, context)
      }
      var job = RegisterJob(configuration, sections, world: context.world)
      job.jobs = jobs
      return try await register(job, context)
    } catch {
      guard error.code == .interrupted else { throw error }
      return ResultsAnswer.print(
        sections.map { .interrupted($0.name, by: context.world.interruption()) }, context)
    }
  }

  private func register(_ job: RegisterJob, _ context: ToolContext) async throws(BackupError)
    -> CheckState
  {
    let plan = try await job.plan()
    if plan.isEmpty {
      if !common.quiet && !common.json { Output.print("every backup on disk is in the catalog") }
      if common.json { Output.print(JSONText.encode(ResultsAnswer([], dryRun: common.dryRun))) }
      return .ok
    }
    if common.dryRun { return ResultsAnswer.print(plan.map(preview), context) }
    try RunJob.prepare(job.configuration, context.world)
    try context.keepLog(job.configuration)
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
