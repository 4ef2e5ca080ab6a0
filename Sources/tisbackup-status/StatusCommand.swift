import ArgumentParser
import BackupJobs
import BackupTools
import Glibc
import Monitoring
import OutsideWorld
import TISBackupCore

/// Shows what the catalog remembers.
struct StatusCommand: Tool {
  static let configuration = CommandConfiguration(
    commandName: "tisbackup-status",
    abstract: "Show the newest runs of each section, as the catalog remembers them.",
    usage: "tisbackup-status [OPTION]...",
    discussion: """
      Example: tisbackup-status -s web1 -n 5
      Follow a run from another shell: tisbackup-status --running
      Keep one backup for ever: tisbackup-status --pin web1/20261128-03h00m00

      A table on a terminal, tab separated otherwise. Exit status: 0, or 3 when the catalog cannot \
      be read or there is no backup to pin.
      """,
    version: suiteVersion)

  @OptionGroup var common: CommonOptions

  @Option(
    name: [.customShort("n"), .long],
    help: ArgumentHelp("How many runs of each section.", valueName: "n"))
  var count = 20

  @Flag(help: "Only what is running now.")
  var running = false

  @Option(
    help: ArgumentHelp(
      "Keep this backup whatever retention says: section/YYYYMMDD-HHhMMmSS; repeatable.",
      valueName: "id"))
  var pin: [String] = []

  @Option(help: ArgumentHelp("Leave it to retention again; repeatable.", valueName: "id"))
  var unpin: [String] = []

  func validate() throws {
    guard pin.isEmpty && unpin.isEmpty || !running else {
      throw ValidationError("--running goes with neither --pin nor --unpin")
    }
    if let both = pin.first(where: unpin.contains) {
      throw ValidationError("'\(both)' is to be pinned and unpinned")
    }
    guard count > 0 else { throw ValidationError("--count takes a whole number from 1") }
  }

  func perform(_ context: ToolContext) async throws(BackupError) -> CheckState {
    let configuration = try context.configuration()
    if !(pin + unpin).isEmpty { return try changePins(configuration, context) }
    let sections = try context.sections(of: configuration).map(\.name)
    let catalog = try configuration.catalog(.read, zone: context.world.zone)
    let folders = Dictionary(
      uniqueKeysWithValues: configuration.sections.map {
        ($0.name, configuration.layout.folder(of: $0))
      })
    let rows = try records(of: sections, in: catalog).map { record in
      let folder =
        record.type == .export ? configuration.layout.logFolder : folders[record.section]
      let progress =
        record.status == .running ? ProgressFile.read(in: folder, by: record.writer?.pid) : nil
      return StatusRow(
        record, context.world, progress: progress,
        pinned: isPinned(record, in: folders[record.section] ?? ""))
    }
    if common.json {
      Output.print(JSONText.encode(rows.map(\.run)))
    } else if rows.isEmpty {
      Output.print(running ? "nothing is running" : "no runs yet")
    } else {
      let isForPeople = Terminal.isTerminal(STDOUT_FILENO)
      let table =
        isForPeople && running
        ? StatusRow.runningTable(rows) : StatusRow.table(rows, forPeople: isForPeople)
      Output.print(isForPeople ? table.text(for: STDOUT_FILENO) : table.tabSeparated)
    }
    return .ok
  }

  private func changePins(_ configuration: Configuration, _ context: ToolContext)
    throws(BackupError) -> CheckState
  {
    let changes =
      pin.map { PinChange(id: $0, isPin: true) } + unpin.map { PinChange(id: $0, isPin: false) }
    var answers: [String: String] = [:]
    for change in changes {
      let answer = try change.perform(configuration, context.world, dryRun: common.dryRun)
      answers[change.id] = answer
      if !common.quiet && !common.json { Output.print(answer) }
    }
    if common.json { Output.print(JSONText.encode(answers)) }
    return .ok
  }

  private func isPinned(_ record: BackupRecord, in folder: String) -> Bool {
    record.type == .backup
      && DiskLayout.places(of: record, in: folder).contains { BackupPin($0).isSet }
  }

  private func records(of sections: [String], in catalog: Catalog) throws(BackupError)
    -> [BackupRecord]
  {
    if running {
      return try catalog.running().filter { sections.contains($0.section) }
    }
    var records: [BackupRecord] = []
    for section in sections { records += try catalog.newest(count, of: section, type: nil).records }
    return records
  }
}
