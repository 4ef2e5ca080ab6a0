import OutsideWorld
import PassiveChecks
import TISBackupCore

/// What a tool works with: the world, the story, and the configuration when it asks for it.
package struct ToolContext: Sendable {
  package let common: CommonOptions
  package let narrator: Narrator
  package let world: World

  init(_ common: CommonOptions) {
    let narrator = Narrator(threshold: common.threshold, zone: .system)
    (self.common, self.narrator) = (common, narrator)
    world = .live(interruption: { Interruption.signalName }) { narrator.tell($0) }
  }

  /// Reads the ini file; its problems are told, those of single sections stop nothing.
  package func configuration() throws(BackupError) -> Configuration {
    let configuration = try Configuration(
      path: common.configurationPath, base: common.backupDir)
    for problem in configuration.problems {
      // What is merely unusual is for --check-config, and for whoever asks for more.
      world.say(Note(problem.severity == .error ? .warning : .info, nil, problem.description))
    }
    return configuration
  }

  /// The monitoring ini, when there is one.
  ///
  /// One that cannot be read stops no backup: that is told, and all news is owed to every target
  /// until it can.
  package func monitoring(_ configuration: inout Configuration) -> MonitoringSettings? {
    guard
      let path = MonitoringSettings.path(chosen: common.monitoring, for: configuration)
    else { return nil }
    do throws(BackupError) {
      let settings = try MonitoringSettings(path: path)
      configuration.audience = Audience(settings)
      let names = settings.nameProblems(
        for: configuration.sections, backupHost: MachineName.current())
      for problem in settings.problems + names {
        world.say(
          Note(problem.severity == .error ? .warning : .info, nil, problem.description))
      }
      return settings
    } catch {
      configuration.audience = .everybody
      world.say(
        Note(.error, nil, "nothing is announced now, and all of it is owed: \(error.oneLine)"))
      return nil
    }
  }

  /// Whoever announces what this tool does, to the targets of the monitoring ini.
  ///
  /// A dry run of announcements needs no ini: it shows the names that hold without one.
  package func announcer(_ configuration: inout Configuration, _ options: PassiveOptions)
    -> Announcer
  {
    let shown = options.passiveDryRun == nil ? nil : MonitoringSettings.defaults
    let judgement = (monitoring(&configuration) ?? shown).map { settings in
      PassiveJudgement(configuration, settings, world: world, backupHost: MachineName.current())
    }
    return Announcer(judgement, options, world)
  }

  /// The same for a tool that makes room: where not even a log can be made, it is needed most.
  package func keepLogIfPossible(_ configuration: Configuration) {
    do throws(BackupError) {
      try keepLog(configuration)
    } catch {
      world.say(Note(.warning, nil, error.description))
    }
  }

  /// The sections that the command line means.
  package func sections(of configuration: Configuration) throws(BackupError) -> [Section] {
    try SectionSelection(included: common.sections)
      .choose(from: configuration.sections, in: configuration.path)
  }

  /// Keeps the story of this run in `<base>/log/tisbackup_<date>.log`, once there is such a folder.
  package func keepLog(_ configuration: Configuration) throws(BackupError) {
    guard !common.dryRun else { return }
    try narrator.log(to: configuration.layout.logFile(at: world.now(), in: world.zone))
  }
}
