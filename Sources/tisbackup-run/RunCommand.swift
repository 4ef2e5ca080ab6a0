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

  @Flag(help: "Only sections without a good backup within their maximum_backup_age.")
  var retryFailed = false

  @Flag(help: "List the types of backup and their keys.")
  var listDrivers = false

  @Flag(help: "Name every problem of the ini file, and stop.")
  var checkConfig = false

  @Flag(help: "Log in to each section's machine and look for what a backup needs; change nothing.")
  var testConnection = false

  func validate() throws {
    guard [retryFailed, listDrivers, checkConfig, testConnection].filter(\.self).count < 2 else {
      throw ValidationError(
        "--retry-failed, --list-drivers, --check-config and --test-connection exclude each other")
    }
  }

  func perform(_ context: ToolContext) async throws(BackupError) -> CheckState {
    if listDrivers { return DriverList.print(json: common.json) }
    if checkConfig { return try ConfigurationCheck.print(context) }
    let configuration = try context.configuration()
    let chosen = try context.sections(of: configuration)
    if testConnection { return await ConnectionTest(configuration, chosen, context).print() }
    var job = RunJob(configuration, chosen, world: context.world)
    if common.dryRun { return try DryRun.print(job, retryFailed: retryFailed, context) }
    try RunJob.prepare(configuration.layout, zone: context.world.zone)
    try context.keepLog(configuration)
    if retryFailed { job.sections = try job.withoutRecentBackup() }
    job.showsProgress = common.showsProgress
    return ResultsAnswer.print(try await job.perform(), context)
  }
}
