import Glibc
import OutsideWorld
import TISBackupCore

/// Removes what retention no longer needs: first a plan, which can be printed, then the work.
package struct CleanupJob: Sendable {
  package var configuration: Configuration
  package var sections: [Section]
  package var world: World
  /// Whether to clean a section whose newest good backup lies outside its window.
  package var force = false
  /// Whether somebody watches a terminal.
  package var showsProgress = false

  package init(_ configuration: Configuration, _ sections: [Section], world: World) {
    (self.configuration, self.sections, self.world) = (configuration, sections, world)
  }

  /// What would be done; touches nothing.
  package func plan() throws(BackupError) -> [SectionCleanup] {
    try configuration.repository(in: world).require()
    let catalog = try configuration.catalog(.read, zone: world.zone)
    var plans: [SectionCleanup] = []
    for section in sections { plans.append(try survey(section).plan(catalog)) }
    return plans
  }

  private func survey(_ section: Section) -> CleanupSurvey {
    CleanupSurvey(section: section, configuration: configuration, force: force, world: world)
  }

  /// The same plans, each with the bytes that it would give back to the disk.
  ///
  /// It looks at every file of what would go, so it takes as long as `du` does.
  package func measured(_ plans: [SectionCleanup]) throws(BackupError) -> [SectionCleanup] {
    var plans = plans
    var blocks = UniqueBlocks()
    for index in plans.indices {
      if showsProgress {
        world.say(Note(.info, plans[index].section, "measures what would go", isProgress: true))
      }
      try plans[index].measure(&blocks)
      if showsProgress { world.say(Note(.info, plans[index].section, "", isProgress: true)) }
    }
    return plans
  }

  /// What earlier cleanups removed, newest backup first; of those of TISBackup nobody knows why.
  package func removed() throws(BackupError) -> [(record: BackupRecord, removal: Removal?)] {
    let catalog = try configuration.catalog(.read, zone: world.zone)
    var found: [(BackupRecord, Removal?)] = []
    for section in sections {
      found += try catalog.newest(of: section.name, type: .clean).records.map {
        ($0, Removal(log: $0.log, in: world.zone))
      }
    }
    return found
  }

  /// Does what the plan says, section after section; each under its lock.
  package func perform(_ plans: [SectionCleanup]) throws(BackupError) -> [SectionResult] {
    let shared = try configuration.repository(in: world).share()
    defer { withExtendedLifetime(shared) {} }
    let catalog = try configuration.catalog(.write, zone: world.zone)
    return plans.map { plan in
      if Task.isCancelled { return .interrupted(plan.section, by: world.interruption()) }
      if let reason = plan.skipped { return SectionResult(plan.section, .failed, reason) }
      guard !plan.isEmpty, let section = sections.first(where: { $0.name == plan.section }) else {
        return plan.result("nothing to remove")
      }
      do throws(BackupError) {
        return try SectionCleaning(
          plan: plan, survey: survey(section), world: world, showsProgress: showsProgress
        ).perform(catalog)
      } catch {
        let error = error.naming(world.interruption(), plan.section)
        world.say(Note(.error, plan.section, error.description))
        return .failed(plan.section, error)
      }
    }
  }
}
