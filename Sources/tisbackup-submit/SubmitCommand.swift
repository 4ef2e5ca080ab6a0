import ArgumentParser
import BackupJobs
import BackupTools
import Monitoring
import OutsideWorld
import PassiveChecks
import TISBackupCore

/// Sends monitoring servers what they are owed.
struct SubmitCommand: Tool {
  static let configuration = CommandConfiguration(
    commandName: "tisbackup-submit",
    abstract: "Send monitoring servers the states they are owed, or those of all sections.",
    usage: "tisbackup-submit [OPTION]...",
    discussion: """
      Example: tisbackup-submit --all --passive-dry-run

      What a run has to announce and could not stays owed; this sends it, judged at that moment. \
      From cron: every 10 minutes with -q, every hour with --all -q, which tell a reason once and \
      not as long as it stays the same. Exit status: 0 all \
      arrived or nothing was owed, 1 some is still owed and is tried again, 2 a server refused \
      some for good, 3 could not start.
      """,
    version: suiteVersion)

  @OptionGroup var common: CommonOptions

  @Flag(help: "Announce every section, whatever was announced before.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "Print what would be sent, and send nothing. Without a form: text.", valueName: "form"))
  var passiveDryRun: PassiveForm?

  func validate() throws {
    guard all || common.sections.isEmpty else {
      throw ValidationError("--sections chooses what --all announces: give it, too")
    }
  }

  func perform(_ context: ToolContext) async throws(BackupError) -> CheckState {
    var configuration = try context.configuration()
    let form = passiveDryRun ?? (common.dryRun ? .text : nil)
    let settings = try settings(context, &configuration, isNeeded: form == nil)
    let judgement = PassiveJudgement(
      configuration, settings, world: context.world, backupHost: MachineName.current())
    let chosen = all ? try subjects(context, configuration, settings) : nil
    if let form {
      let told: [AnnouncedSubject] =
        if let chosen { chosen } else { try owed(configuration, settings, context.world) }
      return try PassiveDryRun(judgement).print(told, as: form)
    }
    try RunJob.prepare(configuration, context.world)
    if let chosen { try owe(chosen, configuration, settings, context.world) }
    let delivered = try await OutboxDelivery(judgement).perform()
    return DeliveryAnswer.print(delivered, context)
  }

  private func settings(
    _ context: ToolContext, _ configuration: inout Configuration, isNeeded: Bool
  ) throws(BackupError) -> MonitoringSettings {
    if let settings = context.monitoring(&configuration) { return settings }
    guard configuration.audience == .nobody else {
      throw BackupError(.configuration, "the monitoring ini cannot be used", hint: .mend)
    }
    guard isNeeded else { return .defaults }
    throw BackupError(.configuration, .noMonitoring(configuration.path), hint: .writeOne)
  }

  private func subjects(
    _ context: ToolContext, _ configuration: Configuration, _ settings: MonitoringSettings
  ) throws(BackupError) -> [AnnouncedSubject] {
    let sections = try context.sections(of: configuration)
    let subjects = settings.subjects(of: sections)
    // The whole is not what was chosen.
    return common.sections.isEmpty ? subjects : subjects.filter { $0.kind != .summary }
  }

  private func owe(
    _ subjects: [AnnouncedSubject], _ configuration: Configuration, _ settings: MonitoringSettings,
    _ world: World
  ) throws(BackupError) {
    let catalog = try configuration.catalog(.write, zone: world.zone)
    try catalog.setTargets(settings.targets.map(\.name), newAt: world.now())
    for target in settings.targets {
      try catalog.oweAll(subjects, to: target.name, at: world.now())
    }
  }

  /// What any target is owed, each once.
  private func owed(
    _ configuration: Configuration, _ settings: MonitoringSettings, _ world: World
  ) throws(BackupError) -> [AnnouncedSubject] {
    let catalog = try configuration.catalog(.read, zone: world.zone)
    var owed: [AnnouncedSubject] = []
    for target in settings.targets.map(\.name) + [Catalog.everyTarget] {
      owed += try catalog.owed(to: target).map(\.subject).filter { !owed.contains($0) }
    }
    return owed
  }
}

extension BackupError.Message {
  fileprivate static func noMonitoring(_ path: String) -> Self {
    "there is no monitoring ini beside \(path), so nobody is announced anything"
  }
  fileprivate static let writeOne: Self =
    "Write tisbackup-monitoring.ini there (contrib/tisbackup-monitoring.ini is a sample), or name one with --monitoring FILE."
  fileprivate static let mend: Self = "See the warning above; what is owed stays owed."
}
