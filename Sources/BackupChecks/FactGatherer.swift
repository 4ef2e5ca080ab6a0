import TISBackupCore

/// Gathers what the rules need: all reading is done here, before anything is judged.
package struct FactGatherer {
  package var configuration: Configuration
  package var catalog: Catalog
  package var settings: CheckSettings
  package var now: Instant
  package var isAlive: (ProcessIdentity) -> Bool
  package var survey: DiskSurvey
  /// Told what is being read, for the message of a time-out.
  package var stage: (String) -> Void

  package init(
    configuration: Configuration, catalog: Catalog, settings: CheckSettings, now: Instant,
    isAlive: @escaping (ProcessIdentity) -> Bool = \.isAlive,
    survey: DiskSurvey = DiskSurvey(), stage: @escaping (String) -> Void = { _ in }
  ) {
    (self.configuration, self.catalog, self.settings) = (configuration, catalog, settings)
    (self.now, self.isAlive, self.survey, self.stage) = (now, isAlive, survey, stage)
  }

  /// The facts about all sections but the excluded, what the catalog knows beside them, and the
  /// file system they lie on.
  package func wholeFacts(about sections: [Section], includes: (String) -> Bool = { _ in true })
    throws(BackupError) -> CheckFacts
  {
    var facts = CheckFacts(sections: [])
    let known = Set(configuration.sections.map(\.name))
    let orphans = try catalog.sectionNames().filter { !known.contains($0) && includes($0) }
    facts.orphans = try catalogFacts(about: orphans.map { Section(name: $0, values: [:]) })
      .filter { !$0.runs.isEmpty }
    if settings.judgement.type == .export { facts.disks = try rotationFacts() }
    let limits = settings.space.over(SpaceLimits(of: configuration))
    (facts.sections, facts.space) = try diskFacts(about: sections, space: limits)
    return facts
  }

  /// The facts about some sections, in their order; the file system only where limits are given.
  package func facts(about sections: [Section]) throws(BackupError) -> CheckFacts {
    var facts = CheckFacts(sections: [])
    facts.isWhole = false
    (facts.sections, facts.space) = try diskFacts(
      about: sections, space: settings.space.areGiven ? settings.space : nil)
    return facts
  }

  /// The disks of the ini; without any, all on record.
  private func rotationFacts() throws(BackupError) -> [DiskFacts] {
    DiskFacts.all(
      named: configuration.exportDisks, on: try catalog.exportTargets(),
      sections: Set(configuration.sections.map(\.name)), maximumAge: configuration.maximumDiskAge,
      now: now)
  }

  /// What the catalog and the ini say, without a look at the disk.
  package func catalogFacts(about sections: [Section]) throws(BackupError) -> [SectionFacts] {
    stage("reading the catalog \(catalog.path)")
    return try catalog.snapshot { () throws(BackupError) in try rowFacts(about: sections) }
  }

  private func rowFacts(about sections: [Section]) throws(BackupError) -> [SectionFacts] {
    let rows = try catalog.recentRuns(
      of: sections.map(\.name), type: settings.judgement.type,
      scanStart: now.adding(seconds: -4 * 86_400), horizon: SectionFacts.horizon(at: now))
    var facts = sections.map { self.facts(about: $0, rows[$0.name] ?? CatalogRows()) }
    let history = try catalog.history(
      zip(sections, facts).map(question), type: settings.judgement.type)
    for index in facts.indices {
      facts[index].add(history[index])
      if let failure = facts[index].failures.first {
        facts[index].failureLog = try catalog.log(of: failure)
      }
    }
    return facts
  }

  private func diskFacts(about sections: [Section], space limits: SpaceLimits?)
    throws(BackupError) -> ([SectionFacts], SpaceFacts?)
  {
    var facts = try catalogFacts(about: sections)
    stage("looking for the backups on disk")
    let wanted = facts.indices.filter { isLookedFor(sections[$0], facts[$0]) }
    let found = survey.look(
      at: wanted.compactMap { facts[$0].lastGood },
      spaceOf: limits == nil ? nil : configuration.layout.base)
    for (index, state) in zip(wanted, found.locations) { facts[index].location = state }
    let space = limits.map { limits in
      var space = SpaceFacts(
        path: configuration.layout.base, space: found.space, limits: limits)
      space.problem = found.spaceProblem
      return space
    }
    return (facts, space)
  }

  private func isLookedFor(_ section: Section, _ facts: SectionFacts) -> Bool {
    settings.looksForBackups && settings.judgement.type == .backup && facts.lastGood != nil
      && section.type?.artifact != BackupType.Artifact.none
  }

  private func facts(about section: Section, _ rows: CatalogRows) -> SectionFacts {
    var facts = SectionFacts(
      name: section.name, server: section.server, type: section.typeName, now: now,
      zone: catalog.zone, judgement: settings.judgement)
    facts.problem = configuration.errors(of: section).first?.description
    // Nothing can be exported of what lies on another machine's storage.
    facts.isByDesignWithoutBackup =
      settings.judgement.type == .export
      ? section.type?.artifact == BackupType.Artifact.none
      : section.type?.isByDesignWithoutBackup ?? false
    facts.limits = settings.limits.over(SectionLimits(of: section, type: settings.judgement.type))
    (facts.runs, facts.unreadable) = (rows.records, rows.unreadable)
    facts.dead = Set(rows.records.filter { $0.isDead(isAlive: isAlive) }.map(\.start))
    return facts
  }

  private func question(_ section: Section, _ facts: SectionFacts) -> HistoryQuestion {
    var question = HistoryQuestion(section: section.name)
    if settings.judgement.type == .backup, !facts.isByDesignWithoutBackup,
      let days = try? section.number(.retentionDays)
    {
      question.countedSince = catalog.zone.startOfDay(days, before: now)
    }
    if facts.limits.sizeChange.areGiven { question.sizes = settings.history }
    question.leavingOut = facts.lastGood?.start
    question.wantsOldest = facts.limits.oldest.areGiven
    return question
  }
}

extension SectionFacts {
  fileprivate mutating func add(_ history: SectionHistory) {
    (copies, earlierSizes) = (history.copies, history.sizes)
    (oldest, proof, failedProofs) = (history.oldest, history.proof, history.failedProofs)
  }
}
