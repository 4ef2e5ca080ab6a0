import ArgumentParser
import Glibc
import OutsideWorld
import TISBackupCore

/// The options all tisbackup-* tools share.
package struct CommonOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The ini file (default: $TISBACKUP_CONFIG, else \(Configuration.defaultPath)).",
      valueName: "file"))
  package var config: String?

  @Option(
    help: ArgumentHelp(
      "The monitoring ini (default: monitoring_config of [global], else"
        + " \(MonitoringSettings.fileName) beside the ini).",
      valueName: "file"))
  package var monitoring: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Only these sections: names, comma lists, '*' globs; repeatable.", valueName: "a,b"))
  package var sections: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Use this folder instead of backup_base_dir.", valueName: "dir"))
  package var backupDir: String?

  @Flag(name: .shortAndLong, help: "Say what would be done, and touch nothing.")
  package var dryRun = false

  @Flag(name: .shortAndLong, help: "Tell everything (as --log-level debug).")
  package var verbose = false

  @Flag(name: .shortAndLong, help: "Say nothing while all is well.")
  package var quiet = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "How much of the story goes to standard error: debug, info, warning or error"
        + " (info on a terminal, else warning).",
      valueName: "level"),
    transform: CommonOptions.level)
  package var logLevel: Note.Level?

  @Flag(help: "Answer with one JSON document.")
  package var json = false

  package init() {}

  package mutating func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose contradict each other") }
  }

  /// The ini file that is meant.
  package var configurationPath: String { Configuration.path(chosen: config) }

  /// From which level on the story is told on standard error.
  package var threshold: Note.Level {
    if let logLevel { return logLevel }
    if verbose { return .debug }
    if quiet { return .error }
    return Terminal.isTerminal(STDERR_FILENO) ? .info : .warning
  }

  /// Whether somebody watches live progress.
  package var showsProgress: Bool {
    !quiet && threshold <= .info && Terminal.isTerminal(STDERR_FILENO)
  }

  private static func level(_ text: String) throws -> Note.Level {
    guard let level = Note.Level(rawValue: text.lowercased()) else {
      throw ValidationError("'\(text)' is none of debug, info, warning, error")
    }
    return level
  }
}
