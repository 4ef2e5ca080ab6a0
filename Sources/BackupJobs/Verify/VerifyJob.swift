import Glibc
import OutsideWorld
import TISBackupCore

/// Proves that stored backups can be restored, and records when that was shown.
package struct VerifyJob: Sendable {
  package var configuration: Configuration
  package var sections: [Section]
  package var world: World
  /// Whether all good backups are proven, not only the newest of each section.
  package var provesAll = false
  /// How many percent of the files are read; sizes and names are compared of all.
  package var sample = 100
  /// Where dumps are loaded into a server made for it; nil when that is not asked for.
  package var restoreFolder: String?

  package init(_ configuration: Configuration, _ sections: [Section], world: World) {
    (self.configuration, self.sections, self.world) = (configuration, sections, world)
  }

  /// What would be proven; touches nothing.
  package func plan() throws(BackupError) -> VerifyPlan {
    try configuration.repository(in: world).require()
    let catalog = try configuration.catalog(.read, zone: world.zone)
    var plan = VerifyPlan()
    for section in sections { try add(section, to: &plan, catalog) }
    return plan
  }

  private func add(_ section: Section, to plan: inout VerifyPlan, _ catalog: Catalog)
    throws(BackupError)
  {
    if let problem = configuration.errors(of: section).first {
      plan.left.append(.failed(section.name, problem.error))
      return
    }
    if let skipped = SectionResult.leavingNothing(section) {
      plan.left.append(skipped)
      return
    }
    guard let type = section.type else { return }
    // A partial backup may be all there is, and one that failed its proof may pass the next.
    let records = try catalog.newest(of: section.name).records
      .filter { [.ok, .warning].contains($0.status) && $0.location != nil }
    guard !records.isEmpty else {
      plan.left.append(SectionResult(section.name, .failed, "no backup on record"))
      return
    }
    let newest = records.first { $0.status == .ok } ?? records[0]
    let folder = configuration.layout.folder(of: section)
    for record in provesAll ? records : [newest] {
      let places = DiskLayout.places(of: record, in: folder)
      guard let location = places.first(where: { access($0, F_OK) == 0 }) ?? places.first else {
        continue
      }
      plan.items.append(VerifyPlan.Item(record: record, type: type, location: location))
    }
  }

  /// Proves what the plan says, one backup after the other; one that fails never stops the others.
  ///
  /// Safe to stop at any instant: a proof is recorded in one transaction when it is complete, and
  /// nothing of a backup is ever changed. `done` hears of each as it ends.
  package func perform(_ plan: VerifyPlan, done: (SectionResult) -> Void = { _ in })
    async throws(BackupError) -> [SectionResult]
  {
    let shared = try configuration.repository(in: world).share()
    defer { withExtendedLifetime(shared) {} }
    let catalog = try configuration.catalog(.write, zone: world.zone)
    var results = plan.left
    for item in plan.items {
      guard !Task.isCancelled else {
        results.append(.interrupted(item.section, by: world.interruption()))
        continue
      }
      let begun = world.now()
      var result = await prove(item, catalog)
      result.duration = max(0, world.now().seconds(since: begun))
      results.append(result)
      done(result)
    }
    return results
  }

  private func prove(_ item: VerifyPlan.Item, _ catalog: Catalog) async -> SectionResult {
    world.say(Note(.info, item.section, "proves \(item.name)"))
    let verdict = await BackupProving(
      item: item, sample: sample, restoreFolder: restoreFolder, world: world
    ).verdict()
    do throws(BackupError) {
      if let proof = verdict.proof(at: world.now()) {
        guard try catalog.record(proof, of: item.record) else {
          return SectionResult(item.section, .warning, "\(item.name): was removed meanwhile")
        }
      }
    } catch {
      return .failed(item.section, error)
    }
    let result = verdict.result(for: item)
    let level: Note.Level =
      switch result.kind {
      case .failed: .error
      case .warning: .warning
      case .ok, .skipped: .info
      }
    world.say(Note(level, item.section, result.message))
    return result
  }
}
