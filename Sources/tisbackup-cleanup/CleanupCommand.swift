import ArgumentParser
import BackupJobs
import BackupTools
import Glibc
import Monitoring
import TISBackupCore

/// Removes backups that retention no longer needs.
struct CleanupCommand: Tool {
  static let configuration = CommandConfiguration(
    commandName: "tisbackup-cleanup",
    abstract: "Remove backups that are older than their retention.",
    usage: "tisbackup-cleanup [OPTION]...",
    discussion: """
      Example: tisbackup-cleanup --explain --dry-run

      The last good backup of a section is never removed, and nothing is removed from a section \
      without a good backup within its backup_retention_time. Exit status: 0 all well, \
      1 with warnings, 2 at least one section failed, 3 could not start.
      """,
    version: suiteVersion)

  @OptionGroup var common: CommonOptions
  @OptionGroup var passive: PassiveOptions

  @Flag(help: "Give the reason for every backup that is kept or removed.")
  var explain = false

  @Flag(
    help:
      "Clean also where the newest good backup is older than the retention; never the last good one."
  )
  var force = false

  func perform(_ context: ToolContext) async throws(BackupError) -> CheckState {
    var configuration = try context.configuration()
    let announcer = context.announcer(&configuration, passive)
    var job = CleanupJob(
      configuration, try context.sections(of: configuration), world: context.world)
    job.force = force
    let plans = try job.plan()
    let rows = plans.flatMap { plan in explanation(of: plan) }
    if explain && !common.json { Output.print(table(rows).text(for: STDOUT_FILENO)) }
    let subjects = job.sections.map { AnnouncedSubject(.backup, $0.name) }
    if common.dryRun {
      announcer.preview(subjects)
      return printPlan(plans, rows)
    }
    context.keepLogIfPossible(configuration)
    let results = try await announcer.announcing { [job] _ throws(BackupError) in
      try job.perform(plans)
    }
    announcer.preview(subjects)
    return ResultsAnswer.print(results, context)
  }

  private func printPlan(_ plans: [SectionCleanup], _ rows: [Explanation]) -> CheckState {
    let removed = rows.filter { $0.action == "remove" }
    if common.json {
      Output.print(JSONText.encode(rows))
    } else if !explain && !removed.isEmpty {
      Output.print(table(removed).text(for: STDOUT_FILENO))
    }
    if !common.json && !common.quiet {
      Output.print(
        removed.isEmpty ? "nothing to remove" : "\(removed.count) to remove; nothing was touched")
    }
    for plan in plans {
      if let reason = plan.skipped { Output.complain("[\(plan.section)] \(reason)") }
    }
    return plans.contains { $0.skipped != nil } ? .critical : .ok
  }

  private func explanation(of plan: SectionCleanup) -> [Explanation] {
    let backups = plan.retention.entries.map { entry in
      let (action, reason) =
        switch entry.decision {
        case .keep(let keep): ("keep", keep.rawValue)
        case .remove(let remove): ("remove", remove.rawValue)
        }
      return Explanation(
        section: plan.section, action: action,
        name: DiskPath.name(of: DiskPath.trimmed(entry.backup.record.location ?? "")),
        status: entry.backup.record.status.catalogText, bytes: entry.backup.record.bytes,
        reason: reason)
    }
    let unfinished = plan.superseded.map {
      Explanation(
        section: plan.section, action: "remove", name: $0, status: "unfinished", bytes: nil,
        reason: "a newer good backup exists")
    }
    let trash = plan.trash.map {
      Explanation(
        section: plan.section, action: "remove", name: $0, status: "trash", bytes: nil,
        reason: "an earlier cleanup was interrupted")
    }
    return backups + unfinished + trash
  }

  private func table(_ rows: [Explanation]) -> Table {
    var table = Table([
      .left("SECTION"), .left("ACTION"), .left("BACKUP"), .left("STATUS"), .right("SIZE"),
      .left("REASON"),
    ])
    for row in rows {
      table.add([
        row.section, row.action, row.name, row.status,
        row.bytes.map { ByteCount($0).description } ?? "-", row.reason,
      ])
    }
    return table
  }
}

/// What becomes of one thing on disk, and why.
struct Explanation: Encodable {
  var section: String
  var action: String
  var name: String
  var status: String
  var bytes: Int64?
  var reason: String
}
