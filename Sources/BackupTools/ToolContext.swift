import OutsideWorld
import TISBackupCore

/// What a tool works with: the world, the story, and the configuration when it asks for it.
package struct ToolContext: Sendable {
  package let common: CommonOptions
  package let narrator: Narrator
  package let world: World

  init(_ common: CommonOptions) {
    let narrator = Narrator(threshold: common.threshold, zone: .system)
    (self.common, self.narrator) = (common, narrator)
    world = .live { narrator.tell($0) }
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
