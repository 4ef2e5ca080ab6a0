import ArgumentParser
import BackupJobs
import BackupTools
import Glibc
import Monitoring
import OutsideWorld
import TISBackupCore

/// Removes backups that retention no longer needs.
struct CleanupCommand: Tool {
  static let configuration = CommandConfiguration(
    commandName: "tisbackup-cleanup",
    abstract: "Remove backups that are older than their retention.",
    usage: "tisbackup-cleanup [OPTION]...",
    discussion: """
      Example: tisbackup-cleanup --explain --dry-run
      Why is last month's backup of web1 gone? tisbackup-cleanup --explain --dry-run -s web1

      The last good backup of a section is never removed, and nothing is removed from a section \
      without a good backup within its backup_retention_time. Exit status: 0 all well, \
      1 with warnings, 2 at least one section failed, 3 could not start.
      """,
    version: suiteVersion)

  /// Days for which a table tells what was removed; JSON tells all of it.
  private static let shownDays = 30

  @OptionGroup var common: CommonOptions
  @OptionGroup var passive: PassiveOptions

  @Flag(
    help:
      "Give the reason for every backup that is kept, removed, or was removed in the last 30 days."
  )
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
    (job.force, job.showsProgress) = (force, common.showsProgress)
    let isMeasured = explain || common.dryRun
    let plans = isMeasured ? try job.measured(job.plan()) : try job.plan()
    let rows = isMeasured ? try explanations(job, plans) : []
    let subjects = job.sections.map { AnnouncedSubject(.backup, $0.name) }
    if common.dryRun {
      announcer.preview(subjects)
      return show(plans, rows, context)
    }
    if explain && !common.json { print(rows, now: context.world.now()) }
    context.keepLogIfPossible(configuration)
    let results = try await announcer.announcing { [job] _ throws(BackupError) in
      try job.perform(plans)
    }
    announcer.preview(subjects)
    guard explain && common.json else { return ResultsAnswer.print(results, context) }
    Output.print(JSONText.encode(CleanupAnswer(results: ResultsAnswer(results), backups: rows)))
    return ResultsAnswer.state(of: results)
  }

  private func explanations(_ job: CleanupJob, _ plans: [SectionCleanup]) throws(BackupError)
    -> [Explanation]
  {
    let planned = plans.flatMap { Explanation.all(in: $0, job.world) }
    guard explain else { return planned }
    return planned + (try job.removed()).map { Explanation($0.record, $0.removal, job.world) }
  }

  private func show(_ plans: [SectionCleanup], _ rows: [Explanation], _ context: ToolContext)
    -> CheckState
  {
    context.narrator.finishProgress()
    let removed = rows.filter { $0.action == .remove }
    if common.json {
      Output.print(JSONText.encode(rows))
    } else if explain {
      print(rows, now: context.world.now())
    } else if !removed.isEmpty {
      Output.print(Explanation.table(removed).text(for: STDOUT_FILENO))
    }
    if !common.json && !common.quiet {
      let freed = plans.map(\.freedBytes).reduce(0, +)
      Output.print(
        removed.isEmpty
          ? "nothing to remove"
          : "\(removed.count) to remove, \(ByteCount(freed)) would be freed; nothing was touched")
    }
    for plan in plans {
      if let reason = plan.skipped { Output.complain("[\(plan.section)] \(reason)") }
      if let reason = plan.reasonToWarn { Output.complain("[\(plan.section)] \(reason)") }
    }
    if plans.contains(where: { $0.skipped != nil }) { return .critical }
    return plans.contains { $0.reasonToWarn != nil } ? .warning : .ok
  }

  /// A table of what is and of what was lately; what was long ago is counted.
  private func print(_ rows: [Explanation], now: Instant) {
    let since = now.adding(seconds: -Self.shownDays * 86_400)
    let shown = rows.filter { row in
      row.action != .removed || row.removedAt.map { $0 >= since } == true
    }
    Output.print(Explanation.table(shown).text(for: STDOUT_FILENO))
    if shown.count < rows.count {
      Output.print(
        "\(rows.count - shown.count) were removed earlier, or by TISBackup: --json lists them, too")
    }
  }
}
