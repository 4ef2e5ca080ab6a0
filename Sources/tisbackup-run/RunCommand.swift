import ArgumentParser
import BackupDrivers
import BackupJobs
import BackupTools
import Monitoring
import OutsideWorld
import TISBackupCore

/// Takes backups.
struct RunCommand: Tool {
  static let configuration = CommandConfiguration(
    commandName: "tisbackup-run",
    abstract: "Take the backups of all sections, or of some.",
    usage: "tisbackup-run [OPTION]...",
    discussion: """
      Example: tisbackup-run -c /etc/tis/tisbackup-config.ini -s web1,'db-*'

      One section that fails never stops the others. Exit status: 0 all well, 1 with warnings, \
      2 at least one section failed, 3 could not start.
      """,
    version: suiteVersion)

  @OptionGroup var common: CommonOptions
  @OptionGroup var passive: PassiveOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Sections at work at once (default: parallel_jobs of [global], 2).", valueName: "n"))
  var jobs: Int?

  @Flag(help: "Only sections without a good backup within their maximum_backup_age.")
  var retryFailed = false

  @Flag(help: "List the types of backup and their keys.")
  var listDrivers = false

  @Flag(help: "Name every problem of the ini file, and stop.")
  var checkConfig = false

  @Flag(help: "Log in to each section's machine and look for what a backup needs; change nothing.")
  var testConnection = false

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs takes a whole number from 1 to 256")
    }
    guard [retryFailed, listDrivers, checkConfig, testConnection].filter(\.self).count < 2 else {
      throw ValidationError(
        "--retry-failed, --list-drivers, --check-config and --test-connection exclude each other")
    }
  }

  func perform(_ context: ToolContext) async throws(BackupError) -> CheckState {
    if listDrivers { return DriverList.print(json: common.json) }
    if checkConfig { return try ConfigurationCheck.print(context) }
    var configuration = try context.configuration()
    let chosen = try context.sections(of: configuration)
    if testConnection { return await ConnectionTest(configuration, chosen, context).print() }
    let announcer = context.announcer(&configuration, passive)
    var job = RunJob(configuration, chosen, world: context.world)
    job.jobs = jobs
    if common.dryRun {
      let state = try DryRun.print(job, retryFailed: retryFailed, context)
      announcer.preview(chosen.map { AnnouncedSubject(.backup, $0.name) })
      return state
    }
    try RunJob.prepare(configuration, context.world)
    try context.keepLog(configuration)
    if retryFailed { job.sections = try job.withoutRecentBackup() }
    job.showsProgress = common.showsProgress
    return try await perform(job, announcer, context)
  }

  private func perform(_ job: RunJob, _ announcer: Announcer, _ context: ToolContext)
    async
    throws(BackupError) -> CheckState
  {
    let results = try await announcer.announcing { news throws(BackupError) in
      try await job.perform { _ in news() }
    }
    announcer.preview(results.map { AnnouncedSubject(.backup, $0.section) })
    return ResultsAnswer.print(results, context)
  }
}
