import TISBackupCore

/// Gathers what the rules need: all reading is done here, before anything is judged.
package struct FactGatherer {
  package var configuration: Configuration
  package var catalog: Catalog
  package var settings: CheckSettings
  package var now: Instant
  package var isAlive: (ProcessIdentity) -> Bool
  package var look: (BackupRecord) -> LocationState
  /// Told what is being read, for the message of a time-out.
  package var stage: (String) -> Void

  package init(
    configuration: Configuration, catalog: Catalog, settings: CheckSettings, now: Instant,
    isAlive: @escaping (ProcessIdentity) -> Bool = \.isAlive,
    look: @escaping (BackupRecord) -> LocationState = LocationState.look,
    stage: @escaping (String) -> Void = { _ in }
  ) {
    (self.configuration, self.catalog, self.settings) = (configuration, catalog, settings)
    (self.now, self.isAlive, self.look, self.stage) = (now, isAlive, look, stage)
  }

  /// The facts about some sections, in their order.
  package func facts(about sections: [Section]) throws(BackupError) -> [SectionFacts] {
    stage("reading the catalog \(catalog.path)")
    let rows = try catalog.recentRuns(of: sections.map(\.name))
    var result: [SectionFacts] = []
    for section in sections {
      result.append(try facts(about: section, rows[section.name] ?? CatalogRows()))
    }
    return result
  }

  private func facts(about section: Section, _ rows: CatalogRows) throws(BackupError)
    -> SectionFacts
  {
    var facts = SectionFacts(
      name: section.name, server: section.server, type: section.typeName, now: now,
      zone: catalog.zone, settings: settings)
    facts.problem = configuration.errors(of: section).first?.description
    facts.isByDesignWithoutBackup = section.type?.isByDesignWithoutBackup ?? false
    // Values that are wrong are told through `problem`; the rest is judged all the same.
    facts.maximumAge = (try? section.number(.maximumAge)).flatMap { $0 }.map { $0 * 3600 }
    facts.warningAge = (try? section.number(.warningAge)).flatMap { $0 }.map { $0 * 3600 }
    (facts.runs, facts.unreadable) = (rows.records, rows.unreadable)
    facts.dead = Set(rows.records.filter { $0.isDead(isAlive: isAlive) }.map(\.start))
    if let failure = facts.failures.first { facts.failureLog = try catalog.log(of: failure) }
    if settings.looksForBackups, section.type?.artifact != BackupType.Artifact.none,
      let good = facts.lastGood
    {
      stage("looking for the backup of \(section.name) (\(good.location ?? "nowhere"))")
      facts.location = look(good)
    }
    return facts
  }
}
