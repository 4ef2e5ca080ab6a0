import Glibc
import OutsideWorld
import TISBackupCore

/// Holds the catalog against the disk, both ways, and mends what can be mended without losing
/// anything: nothing on disk is ever removed.
package struct FsckJob: Sendable {
  package var configuration: Configuration
  package var sections: [Section]
  package var world: World
  /// How many backups are looked at at once; nil for as many as there are processors.
  package var jobs: Int?

  /// A mend may show what could not be seen before it; three rounds see all.
  private static let rounds = 3
  /// What lies in a base folder and belongs to no section.
  private static let ours: Set<String> = ["log", "lost+found"]

  package init(_ configuration: Configuration, _ sections: [Section], world: World) {
    (self.configuration, self.sections, self.world) = (configuration, sections, world)
  }

  /// What is wrong; touches nothing.
  ///
  /// Throws `.interrupted` when this task is cancelled before all is looked at.
  package func examine() async throws(BackupError) -> FsckReport {
    try configuration.repository(in: world).require()
    var report = FsckReport()
    var catalog: Catalog?
    switch try CatalogHealth.examine(configuration.layout.catalog) {
    case .sound: catalog = try configuration.catalog(.read, zone: world.zone)
    case .missing, .onlyBegun: report.findings = [missingCatalog]
    case .damaged(let sentences):
      report.isDamaged = true
      report.findings = [damagedCatalog(sentences)]
      return report
    }
    report.findings += try await findings(catalog)
    return report
  }

  private func findings(_ catalog: Catalog?) async throws(BackupError) -> [FsckFinding] {
    var examinations: [SectionExamination] = []
    for section in sections where configuration.errors(of: section).isEmpty {
      examinations.append(
        SectionExamination(
          section, in: configuration.layout, rows: try catalog?.rows(of: section.name) ?? [],
          others: folders(without: section), world))
    }
    let orphans = try catalog.map { catalog throws(BackupError) in try orphanRows(catalog) } ?? []
    let questions = examinations.flatMap { examination in
      examination.suspects.map {
        RegisterJob.Question(section: examination.section, folder: examination.folder, name: $0)
      }
    }
    var judging = RegisterJob(configuration, sections, world: world)
    judging.jobs = jobs
    let candidates = Dictionary(
      grouping: try await judging.judge(questions), by: \.section)
    for index in examinations.indices {
      for candidate in candidates[examinations[index].section.name] ?? [] {
        examinations[index].take(candidate)
      }
    }
    return examinations.flatMap(\.findings) + orphans + orphanFolders()
  }

  private func folders(without section: Section) -> [String: String] {
    let others = configuration.sections.filter { $0.name != section.name }
    return Dictionary(others.map { (configuration.layout.folder(of: $0), $0.name) }) { $1 }
  }

  private var missingCatalog: FsckFinding {
    FsckFinding(
      .error, .catalog, nil, "there is no catalog '\(configuration.layout.catalog)'",
      cure: "tisbackup-register makes it anew from what is on disk.")
  }

  private func damagedCatalog(_ sentences: [String]) -> FsckFinding {
    let reasons = sentences.joined(separator: "; ")
    return FsckFinding(
      .error, .catalog, nil, "'\(configuration.layout.catalog)' is damaged: \(reasons)",
      cure: "Put it back from a copy, or: \(FsckFinding.repair)")
  }

  private func orphanRows(_ catalog: Catalog) throws(BackupError) -> [FsckFinding] {
    let known = Set(configuration.sections.map(\.name))
    return try catalog.rowCounts().filter { !known.contains($0.key) }.sorted { $0.key < $1.key }
      .map { name, rows in
        FsckFinding(
          .info, .orphan, nil, "\(rows) \(rows == 1 ? "row" : "rows") of [\(name)], not in the ini",
          cure: "They are left alone.")
      }
  }

  private func orphanFolders() -> [FsckFinding] {
    let base = configuration.layout.base
    let known = Set(configuration.sections.map(configuration.layout.folder(of:)))
    return DiskLayout.names(in: base).filter { name in
      !name.hasPrefix(".") && !Self.ours.contains(name) && !known.contains("\(base)/\(name)")
        && DiskLayout.isFolder("\(base)/\(name)")
    }.map { name in
      FsckFinding(
        .info, .orphan, nil, "the folder '\(base)/\(name)' is of no section of the ini",
        cure: "It is left alone.")
    }
  }

  /// Mends what can be mended, and gives what is left.
  ///
  /// Alone in the repository. Safe to stop at any instant: a damaged catalog is replaced whole or not
  /// at all; what one section needs is one transaction; and each of them leaves a catalog that is
  /// closer to the disk than before, which the next repair goes on from. `begins` is called once
  /// nothing keeps it from beginning.
  package func repair(begins: () throws(BackupError) -> Void = {}) async throws(BackupError)
    -> FsckReport
  {
    let repository = configuration.repository(in: world)
    try repository.require()
    let lock = try repository.own()
    defer { withExtendedLifetime(lock) {} }
    var done: [(section: String?, what: String)] = []
    if case .damaged = try CatalogHealth.examine(configuration.layout.catalog) {
      done.append((nil, try CatalogRebuild(configuration: configuration, world: world).told()))
    }
    try RunJob.prepare(configuration, world)
    try begins()
    var report = try await examine()
    var isCopied = false
    for _ in 0..<Self.rounds where report.findings.contains(where: \.isMendable) {
      if !isCopied && done.isEmpty {
        try CatalogCopy(configuration: configuration, world: world).keep()
        isCopied = true
      }
      done += try await mend(report.findings.filter(\.isMendable))
      report = try await examine()
    }
    report.done = done
    return report
  }

  private func mend(_ findings: [FsckFinding]) async throws(BackupError) -> [(
    section: String?, what: String
  )] {
    let catalog = try configuration.catalog(.write, zone: world.zone)
    var done: [(section: String?, what: String)] = []
    for section in sections {
      guard !Task.isCancelled else { throw BackupError(.interrupted, .interrupted) }
      let own = findings.filter { $0.section == section.name }
      guard !own.isEmpty else { continue }
      if own.contains(where: \.settlesRuns) {
        try SnapshotStore(
          section: section, folder: configuration.layout.folder(of: section), world: world
        ).settleDeadRuns(in: catalog)
      }
      let mends = own.flatMap(\.mends)
      if !mends.isEmpty { try catalog.mend(mends, of: section.name, at: world.now()) }
      for finding in own {
        world.say(Note(.info, section.name, "mended: \(finding.what)"))
        done.append((section.name, "mended: \(finding.what)"))
      }
    }
    return done
  }
}

extension CatalogRebuild {
  /// Does it, and tells what came of it.
  fileprivate func told() throws(BackupError) -> String {
    let result = try perform()
    let lost = result.unusable > 0 ? ", \(result.unusable) made no sense" : ""
    let sentence =
      "made a new catalog: \(result.saved) rows saved\(lost); the damaged one is '\(result.aside)'"
    world.say(Note(.warning, nil, sentence))
    return sentence
  }
}

extension BackupError.Message {
  fileprivate static let interrupted: Self = "interrupted before all was mended"
}
