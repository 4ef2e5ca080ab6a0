import Glibc
import OutsideWorld
import TISBackupCore

/// Finds backups on disk that the catalog lacks, proves what can be proven, and records them.
package struct RegisterJob: Sendable {
  package var configuration: Configuration
  package var sections: [Section]
  package var world: World
  /// How many backups are looked at at once; nil for as many as there are processors.
  package var jobs: Int?

  /// A name in the folder of a section.
  struct Question: Sendable {
    var section: Section
    var folder: String
    var name: String
  }

  package init(_ configuration: Configuration, _ sections: [Section], world: World) {
    (self.configuration, self.sections, self.world) = (configuration, sections, world)
  }

  /// What was found and what would be done with it; touches nothing.
  ///
  /// In the order of the sections, and of the names in each. Throws `.interrupted` when this task is
  /// cancelled before all is looked at.
  package func plan() async throws(BackupError) -> [RegisterCandidate] {
    try configuration.repository(in: world).require()
    let catalog = try openCatalog()
    var questions: [Question] = []
    // A second row would stand beside the one that the next run ends as the receipt says.
    var unsettled: [String: [String]] = [:]
    for section in sections where configuration.errors(of: section).isEmpty {
      let rows = try catalog?.rows(of: section.name) ?? []
      unsettled[section.name] = Self.datesAtWork(rows, world)
      questions += unknown(of: section, knowing: Self.names(of: rows, in: world.zone))
    }
    return try await judge(questions).map { candidate in
      var candidate = candidate
      let dates = unsettled[candidate.section] ?? []
      if case .add = candidate.verdict,
        dates.contains(where: DiskPath.name(of: candidate.location).contains)
      {
        candidate.verdict = .leave(
          "its run is still open in the catalog; the next tisbackup-run ends it")
      }
      return candidate
    }
  }

  /// Nil when there is no catalog, or nothing in it yet.
  private func openCatalog() throws(BackupError) -> Catalog? {
    guard access(configuration.layout.catalog, F_OK) == 0 else { return nil }
    do throws(BackupError) {
      return try configuration.catalog(.read, zone: world.zone)
    } catch {
      guard Catalog.isOnlyBegun(configuration.layout.catalog) else { throw error }
      return nil
    }
  }

  /// The dates in the names of backups whose runs are not ended in the catalog.
  static func datesAtWork(_ rows: [CatalogRow], _ world: World) -> [String] {
    rows.filter { $0.status == .running && $0.writer != nil }
      .compactMap { $0.start(in: world.zone) }.map { SnapshotName.text(for: $0, in: world.zone) }
  }

  /// What lies in the folder of a section under a name that is not known.
  private func unknown(of section: Section, knowing known: Set<String>) -> [Question] {
    guard let type = section.type, type.artifact != .none else { return [] }
    let folder = configuration.layout.folder(of: section)
    let judge = CandidateJudge(section: section, folder: folder, world: world)
    return DiskLayout.names(in: folder).filter { name in
      guard !known.contains(name) else { return false }
      if judge.recognises(name) { return true }
      if !name.hasPrefix(".") {
        world.say(Note(.debug, section.name, "'\(name)' is no backup of type \(type.name)"))
      }
      return false
    }.map { Question(section: section, folder: folder, name: $0) }
  }

  /// Looks at several at once; the answers are in the order of the questions.
  func judge(_ questions: [Question]) async throws(BackupError) -> [RegisterCandidate] {
    let progress = ProofProgress(of: questions.map(\.section.name), world)
    let world = world
    let verdicts = await Workers.map(questions, jobs: jobs ?? Workers.usual) { question in
      progress.begin(question.section.name, question.name)
      defer { progress.end(question.section.name) }
      return await CandidateJudge(
        section: question.section, folder: question.folder, world: world
      ).judge(question.name)
    }
    guard !Task.isCancelled else { throw BackupError(.interrupted, .interrupted) }
    return zip(questions, verdicts).compactMap { question, verdict in
      verdict.flatMap { $0 }.map {
        RegisterCandidate(
          section: question.section.name, location: "\(question.folder)/\(question.name)", $0)
      }
    }
  }

  /// Adds the rows of a plan; what it leaves out is told as a warning.
  ///
  /// Alone in the repository, so that no run ends a row meanwhile of what is added here. One row is
  /// one transaction: stopped anywhere, the next register adds the rest.
  package func perform(_ plan: [RegisterCandidate]) throws(BackupError) -> [SectionResult] {
    try RunJob.prepare(configuration, world)
    let lock = try configuration.repository(in: world).own()
    defer { withExtendedLifetime(lock) {} }
    let catalog = try configuration.catalog(.write, zone: world.zone)
    var results: [SectionResult] = []
    // What runs have ended since the plan was made; read once for each section.
    var known: [String: Set<String>] = [:]
    for section in Set(plan.map(\.section)) {
      known[section] = Self.names(of: try catalog.rows(of: section), in: world.zone)
    }
    for candidate in plan {
      guard !Task.isCancelled else {
        results.append(.interrupted(candidate.section, by: world.interruption()))
        continue
      }
      switch candidate.verdict {
      case .add
      where known[candidate.section]?.contains(DiskPath.name(of: candidate.location)) == true:
        results.append(
          SectionResult(candidate.section, .ok, "\(candidate.location) is in the catalog by now"))
      case .add(let record):
        try catalog.add(record)
        results.append(
          SectionResult(candidate.section, .ok, "registered \(candidate.location)"))
      case .leave(let reason):
        results.append(
          SectionResult(candidate.section, .warning, "left out \(candidate.location): \(reason)"))
      }
    }
    return results
  }

  /// The names on disk of the backups that some rows stand for; a row whose start is no time stands
  /// for nothing, since no tool can read it.
  static func names(of rows: [CatalogRow], in zone: LocalZone) -> Set<String> {
    Set(rows.filter { $0.start(in: zone) != nil }.compactMap(\.artifactName))
  }
}

extension BackupError.Message {
  fileprivate static let interrupted: Self = "interrupted before all backups were looked at"
}
