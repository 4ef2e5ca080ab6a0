import ArgumentParser
import BackupJobs
import BackupTools
import Glibc
import Monitoring
import TISBackupCore

/// Copies the newest good backups to another disk.
struct ExportCommand: Tool {
  static let configuration = CommandConfiguration(
    commandName: "tisbackup-export",
    abstract: "Copy the newest good backup of each section to a folder, and prove the copy.",
    usage: "tisbackup-export -x DIR [OPTION]...",
    discussion: """
      Example: tisbackup-export -x /mnt/usb

      Every file is read back and compared by SHA-256 before the copy counts. Exit status: \
      0 all well, 1 with warnings, 2 at least one section failed, 3 could not start.
      """,
    version: suiteVersion)

  @OptionGroup var common: CommonOptions
  @OptionGroup var passive: PassiveOptions

  @Option(
    name: [.customShort("x"), .long],
    help: ArgumentHelp("The folder that takes the copies; it must exist.", valueName: "dir"))
  var exportDir: String

  @Option(
    help: ArgumentHelp(
      "How many generations of each section stay in that folder.", valueName: "n"))
  var keep = 2

  func validate() throws {
    guard keep > 0 else { throw ValidationError("--keep takes a whole number from 1") }
    guard !exportDir.isEmpty else { throw ValidationError("--export-dir takes a folder") }
  }

  func perform(_ context: ToolContext) async throws(BackupError) -> CheckState {
    var configuration = try context.configuration()
    let announcer = context.announcer(&configuration, passive)
    let job = ExportJob(
      configuration, try context.sections(of: configuration), to: DiskPath.absolute(exportDir),
      keep: keep, world: context.world)
    let plan = try job.plan()
    if common.dryRun {
      announcer.preview(job.sections.map { AnnouncedSubject(.export, $0.name) })
      return show(plan, context)
    }
    try context.keepLog(configuration)
    let results = try await announcer.announcing { news throws(BackupError) in
      try await job.perform(plan) { _ in news() }
    }
    announcer.preview(job.sections.map { AnnouncedSubject(.export, $0.name) })
    return ResultsAnswer.print(results, context)
  }

  private func show(_ plan: ExportPlan, _ context: ToolContext) -> CheckState {
    let copies = plan.items.map { item in
      SectionResult(
        item.section, .ok,
        item.isThere
          ? "\(item.destination) is there already, and would be proven again"
          : "\(item.source) would become \(item.destination) (\(ByteCount(item.bytes)))")
    }
    let state = ResultsAnswer.print(copies + plan.left, context)
    if !common.json && !common.quiet {
      Output.print(
        "\(ByteCount(plan.needed)) at most, \(ByteCount(plan.free)) free; nothing was touched")
    }
    return state
  }
}
