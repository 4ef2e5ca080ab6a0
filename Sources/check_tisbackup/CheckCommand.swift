import ArgumentParser
import BackupChecks
import Glibc
import Monitoring
import TISBackupCore

/// The monitoring plugin: the catalog against the limits of each section.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check_tisbackup",
    abstract: "Is every machine backed up, recently and completely?",
    usage: "check_tisbackup [OPTION]...",
    discussion: """
      Example: check_tisbackup -s web1 -w 26 -c 30

      Reads the catalog of TISBackup and changes nothing. A range is [@]start:end of the plugin \
      guidelines; ages are hours, or carry a unit: 90m, 30h, 1d12h. A range that begins with '-' \
      is written --warning=-30:. Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, which is \
      also that of --help and --version.
      """)

  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp(
      "The ini file (default: $TISBACKUP_CONFIG, else \(Configuration.defaultPath)).",
      valueName: "file"))
  var config: String?

  @Option(
    name: [.customShort("b"), .long],
    help: ArgumentHelp("Use this folder instead of backup_base_dir.", valueName: "dir"))
  var backupDir: String?

  @Option(
    help: ArgumentHelp("Use this catalog (default: DIR/log/tisbackup.sqlite).", valueName: "file"))
  var database: String?

  @Option(
    name: [.customShort("s"), .long, .customLong("sections")],
    help: ArgumentHelp(
      "Only these sections: names, comma lists, '*' globs; repeatable.", valueName: "glob"))
  var section: [String] = []

  @Option(
    name: [.customShort("x"), .long],
    help: ArgumentHelp("Not these sections; repeatable.", valueName: "glob"))
  var exclude: [String] = []

  @Option(
    name: [.customShort("H"), .long],
    help: ArgumentHelp(
      "Only sections whose server_name is this; no connection is made.", valueName: "name"))
  var hostname: String?

  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: ArgumentHelp(
      "WARNING when the age of the last good backup leaves this range (default: warning_backup_age).",
      valueName: "range"),
    transform: AgeRange.parse)
  var warning: Threshold?

  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: ArgumentHelp(
      "CRITICAL when the age of the last good backup leaves this range (default: maximum_backup_age).",
      valueName: "range"),
    transform: AgeRange.parse)
  var critical: Threshold?

  @Flag(help: "Do not look for the backups themselves on disk.")
  var noLocationCheck = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The form of the answer: nagios or json.", valueName: "form"))
  var output = OutputForm.nagios

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("UNKNOWN after this many seconds; 0 waits for ever.", valueName: "seconds"))
  var timeout = 8

  @Flag(name: .shortAndLong, help: "Tell more; repeatable. Never changes state or perfdata.")
  var verbose: Int

  @Flag(name: [.customShort("V"), .long], help: "Show the version.")
  var version = false

  func validate() throws {
    guard timeout >= 0, timeout <= 86_400 else {
      throw ValidationError("--timeout takes seconds from 0 to 86400")
    }
  }
}

/// The forms of the answer.
enum OutputForm: String, ExpressibleByArgument, CaseIterable {
  case nagios, json
}

/// A range of ages: hours, or with a unit.
enum AgeRange {
  /// The range in seconds.
  static func parse(_ text: String) throws -> Threshold {
    try Threshold(parsing: text) { bound in
      TimeSpan(String(bound), bareUnit: .hours).map { Double($0.seconds) }
    }
  }
}
