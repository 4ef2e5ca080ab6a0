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

      A table on a terminal, tab separated otherwise. Exit status: 0, or 3 when the catalog cannot \
      be read.
      """,
    version: suiteVersion)

  @OptionGroup var common: CommonOptions

  @Option(
    name: [.customShort("n"), .long],
    help: ArgumentHelp("How many runs of each section.", valueName: "n"))
  var count = 20

  @Flag(help: "Only what is running now.")
  var running = false

  func validate() throws {
    guard count > 0 else { throw ValidationError("--count takes a whole number from 1") }
  }

  func perform(_ context: ToolContext) async throws(BackupError) -> CheckState {
    let configuration = try context.configuration()
    let sections = try context.sections(of: configuration).map(\.name)
    let catalog = try configuration.catalog(.read, zone: context.world.zone)
    let folders = Dictionary(
      uniqueKeysWithValues: configuration.sections.map {
        ($0.name, configuration.layout.folder(of: $0))
      })
    let rows = try records(of: sections, in: catalog).map { record in
      let folder =
        record.status == .running && record.type == .backup ? folders[record.section] : nil
      return StatusRow(record, context.world, progress: folder.flatMap(ProgressFile.read))
    }
    if common.json {
      Output.print(JSONText.encode(rows))
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
