import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// Finds backups on disk that the catalog lacks, proves what can be proven, and records them.
package struct RegisterJob: Sendable {
  package var configuration: Configuration
  package var sections: [Section]
  package var world: World

  package init(_ configuration: Configuration, _ sections: [Section], world: World) {
    (self.configuration, self.sections, self.world) = (configuration, sections, world)
  }

  /// What was found and what would be done with it; touches nothing.
  package func plan() async throws(BackupError) -> [RegisterCandidate] {
    try configuration.repository(in: world).require()
    var candidates: [RegisterCandidate] = []
    for section in sections where configuration.errors(of: section).isEmpty {
      let rows = try rows(of: section)
      let known = Self.names(of: rows)
      // A second row would stand beside the one that the next run ends as the receipt says.
      let unsettled = rows.filter { $0.status == .running && $0.writer != nil }
        .map { SnapshotName.text(for: $0.start, in: world.zone) }
      let folder = configuration.layout.folder(of: section)
      for name in DiskLayout.names(in: folder) where !known.contains(name) {
        guard var verdict = await judge(name, section, folder) else { continue }
        if case .add = verdict, unsettled.contains(where: name.contains) {
          verdict = .leave("its run is still open in the catalog; the next tisbackup-run ends it")
        }
        candidates.append(
          RegisterCandidate(section: section.name, location: "\(folder)/\(name)", verdict))
      }
    }
    return candidates
  }

  /// What the catalog says of backups of a section; nothing when there is no catalog.
  private func rows(of section: Section) throws(BackupError) -> [BackupRecord] {
    guard access(configuration.layout.catalog, F_OK) == 0 else { return [] }
    do throws(BackupError) {
      let catalog = try configuration.catalog(.read, zone: world.zone)
      return try catalog.newest(of: section.name, type: nil).records.filter { $0.type != .export }
    } catch {
      guard Catalog.isOnlyBegun(configuration.layout.catalog) else { throw error }
      return []
    }
  }

  /// Nil for a name that has nothing to do with backups.
  private func judge(_ name: String, _ section: Section, _ folder: String) async
    -> RegisterCandidate.Verdict?
  {
    guard let type = section.type, type.artifact != .none else { return nil }
    if isUnfinished(name) { return .leave("unfinished") }
    guard let start = type.start(ofArtifact: name, section: section.name, in: world.zone) else {
      return nil
    }
    let location = "\(folder)/\(name)"
    do throws(BackupError) {
      _ = try await StoredArtifact(type: type, location: location).prove(using: world)
      return .add(try record(of: section, start: start, location: location))
    } catch {
      return .leave(String(error.oneLine.trimmingPrefix("'\(location)' ")))
    }
  }

  private func isUnfinished(_ name: String) -> Bool {
    DiskLayout.unfinishedSuffixes.contains {
      name.hasSuffix($0)
        && SnapshotName.start(of: name.dropLast($0.count), in: world.zone) != nil
    }
  }

  /// The row of a backup: what its receipt proved, else what the disk still shows.
  private func record(of section: Section, start: Instant, location: String) throws(BackupError)
    -> BackupRecord
  {
    var record = BackupRecord(section: section.name, start: start, status: .ok)
    record.server = section.server
    record.description = section.text(.description) ?? ""
    record.location = location
    if let receipt = RunReceipt.read(forBackup: location), receipt.section == section.name,
      let begun = Instant(catalogText: receipt.start, in: world.zone)
    {
      let outcome = receipt.outcome
      (record.start, record.status) = (begun, outcome.status)
      record.end = Instant(catalogText: receipt.end, in: world.zone)
      (record.files, record.writtenFiles) = (outcome.files, outcome.writtenFiles)
      (record.bytes, record.writtenBytes) = (outcome.bytes, outcome.writtenBytes)
      record.log = outcome.log + "\nregistered from disk, as its receipt says"
      return record
    }
    record.end = end(of: location, startedAt: start)
    let size = try size(of: location)
    (record.files, record.bytes) = (size.files, size.bytes)
    record.log = "registered from disk"
    return record
  }

  /// TISBackup touched a folder when it was done, and a file was last written then.
  private func end(of location: String, startedAt start: Instant) -> Instant {
    var status = stat()
    guard stat(location, &status) == 0 else { return start }
    return min(world.now(), max(start, Instant(seconds: status.st_mtim.tv_sec)))
  }

  private func size(of location: String) throws(BackupError) -> (files: Int64, bytes: Int64) {
    guard !DiskLayout.isFolder(location) else { return try FileTree.measure(location) }
    var status = stat()
    stat(location, &status)
    return (1, Int64(status.st_size))
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
      let rows = try catalog.newest(of: section, type: nil).records
      known[section] = Self.names(of: rows.filter { $0.type != .export })
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

  /// The names on disk of the backups that some rows stand for.
  private static func names(of rows: [BackupRecord]) -> Set<String> {
    Set(rows.compactMap(\.location).map { DiskPath.name(of: DiskPath.trimmed($0)) })
  }
}
