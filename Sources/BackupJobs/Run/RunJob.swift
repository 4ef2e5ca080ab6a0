import BackupChecks
import Monitoring
import OutsideWorld
import TISBackupCore

/// Takes the backups of some sections; one that fails never stops the others.
package struct RunJob: Sendable {
  package var configuration: Configuration
  package var sections: [Section]
  package var world: World
  /// Whether somebody watches a terminal.
  package var showsProgress = false

  package init(_ configuration: Configuration, _ sections: [Section], world: World) {
    (self.configuration, self.sections, self.world) = (configuration, sections, world)
  }

  /// Runs all sections in turn; `done` hears of each as it ends.
  ///
  /// Throws when no backup can be taken at all: no base folder, no catalog.
  package func perform(done: (SectionResult) -> Void = { _ in }) async throws(BackupError)
    -> [SectionResult]
  {
    try Self.prepare(configuration, zone: world.zone)
    var results: [SectionResult] = []
    for section in sections {
      let begun = world.now()
      var result = await SectionRun(self, section).perform()
      result.duration = max(0, world.now().seconds(since: begun))
      results.append(result)
      done(result)
      if Task.isCancelled { break }
    }
    return results
  }

  /// Makes sure of the base folder, the folder of the log, and a catalog that can be written.
  package static func prepare(_ configuration: Configuration, zone: LocalZone) throws(BackupError) {
    let layout = configuration.layout
    try layout.requireBase()
    try DiskLayout.makeFolder(layout.logFolder)
    _ = try configuration.catalog(.write, zone: zone)
  }

  /// The sections without a good backup within their own limit, for `--retry-failed`.
  package func withoutRecentBackup() throws(BackupError) -> [Section] {
    let catalog = try configuration.catalog(.read, zone: world.zone)
    let gatherer = FactGatherer(
      configuration: configuration, catalog: catalog, settings: CheckSettings(), now: world.now(),
      isAlive: world.isAlive)
    let facts = try gatherer.catalogFacts(about: sections)
    return zip(sections, facts).filter { _, facts in
      guard !facts.isByDesignWithoutBackup else { return false }
      let limit = facts.limits.age.critical ?? Threshold(atMost: 30 * 3600)
      return facts.age.map { limit.isViolated(by: Double($0)) } ?? true
    }.map(\.0)
  }
}
