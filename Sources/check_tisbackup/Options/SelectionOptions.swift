import ArgumentParser
import TISBackupCore

/// Where the ini and the catalog are, and what of them is judged.
struct SelectionOptions: ParsableArguments {
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
    name: [.customShort("T"), .long],
    help: ArgumentHelp(
      "What is judged: backup, or export for the copies on other disks.", valueName: "type"))
  var type = JudgedType.backup

  @Flag(help: "Do not look for the backups themselves on disk.")
  var noLocationCheck = false

  @Flag(
    help:
      "Judge what monitoring servers are still owed, not the backups; -w and -c are ages of it (default: 1h, 24h)."
  )
  var outbox = false

  func validate() throws {
    let choosesSections = !section.isEmpty || !exclude.isEmpty || hostname != nil || type != .backup
    guard !outbox || !choosesSections && !noLocationCheck else {
      throw ValidationError(
        "--outbox judges no sections: leave out -s, -x, -H, -T and --no-location-check")
    }
  }
}

/// The types of records that can be judged; any case is understood.
enum JudgedType: String, ExpressibleByArgument, CaseIterable {
  case backup, export

  init?(argument: String) { self.init(rawValue: argument.lowercased()) }

  var record: RecordType { self == .backup ? .backup : .export }
}
