import Glibc
import OutsideWorld
import TISBackupCore

/// Copies the newest good backup of each section to another folder, and proves the copy.
package struct ExportJob: Sendable {
  package var configuration: Configuration
  package var sections: [Section]
  /// Where to, an existing folder.
  package var target: String
  /// Generations of a section that stay on the target.
  package var keep: Int
  package var world: World
  /// Bytes that are free on the file system of a folder.
  package var freeSpace: @Sendable (String) throws(BackupError) -> Int64 = Self.freeSpace

  package init(
    _ configuration: Configuration, _ sections: [Section], to target: String, keep: Int,
    world: World
  ) {
    (self.configuration, self.sections) = (configuration, sections)
    (self.target, self.keep, self.world) = (DiskPath.trimmed(target), keep, world)
  }

  /// What would be copied; touches nothing.
  ///
  /// Throws when the target is not a folder, lies among the backups, or is too small.
  package func plan() throws(BackupError) -> ExportPlan {
    try configuration.repository(in: world).require()
    guard DiskLayout.isFolder(target) else {
      throw BackupError(.storage, .noTarget(target), hint: .makeTarget)
    }
    if let place = placeOfBackups {
      throw BackupError(.usage, .amongBackups(target, place), hint: .otherDisk)
    }
    let catalog = try configuration.catalog(.read, zone: world.zone)
    var plan = ExportPlan(free: try freeSpace(target))
    for section in sections { try add(section, to: &plan, catalog) }
    guard plan.needed <= plan.free else {
      throw BackupError(.storage, .tooSmall(target, plan), hint: .chooseFewer)
    }
    return plan
  }

  /// The folder of backups that an export would write into, by whatever way; nil for none.
  private var placeOfBackups: String? {
    func real(_ path: String) -> String { DiskPath.resolved(path) ?? path }
    let folders = configuration.sections.map(configuration.layout.folder)
    let target = real(target)
    let above = ([configuration.layout.base] + folders).first { place in
      target == real(place) || target.hasPrefix(real(place) + "/")
    }
    // Pruning generations there would delete the backups themselves.
    let copies = Set(sections.map { real("\(target)/\($0.name)") })
    return above ?? folders.first { copies.contains(real($0)) }
  }

  private func add(_ section: Section, to plan: inout ExportPlan, _ catalog: Catalog)
    throws(BackupError)
  {
    guard section.type?.isByDesignWithoutBackup != true else {
      var result = SectionResult(section.name, .skipped, "not backed up by design")
      result.isExpected = true
      plan.left.append(result)
      return
    }
    let records = try catalog.newest(of: section.name).records.filter(\.isGood)
    guard let record = records.first(where: { source(of: $0, section) != nil }),
      let source = source(of: record, section)
    else {
      let reason = records.isEmpty ? "no good backup on record" : "no good backup left on disk"
      plan.left.append(SectionResult(section.name, .failed, reason))
      return
    }
    let generation = SnapshotName.text(for: record.start, in: world.zone)
    let folder = "\(target)/\(section.name)"
    plan.items.append(
      ExportPlan.Item(
        section: section.name, server: section.server, record: record, source: source,
        folder: folder, generation: generation, bytes: record.bytes ?? 0,
        isThere: access("\(folder)/\(generation)", F_OK) == 0))
  }

  private func source(of record: BackupRecord, _ section: Section) -> String? {
    DiskLayout.places(of: record, in: configuration.layout.folder(of: section))
      .first { access($0, F_OK) == 0 }
  }

  private static func freeSpace(_ folder: String) throws(BackupError) -> Int64 {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { throw .system("cannot look at '\(folder)'") }
    return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
  }

  /// Copies, proves and records what the plan says; one section that fails never stops the others.
  ///
  /// `done` hears of each as it ends.
  package func perform(_ plan: ExportPlan, done: (SectionResult) -> Void = { _ in })
    async
    throws(BackupError) -> [SectionResult]
  {
    let shared = try configuration.repository(in: world).share()
    defer { withExtendedLifetime(shared) {} }
    guard let lock = try FileLock(path: "\(target)/.tisbackup.lock") else {
      throw BackupError(.locked, .busy(target), hint: .wait)
    }
    defer { withExtendedLifetime(lock) {} }
    var manifest = try ExportManifest.read(in: target)
    var results = plan.left
    for item in plan.items {
      guard !Task.isCancelled else {
        results.append(.interrupted(item.section, by: world.interruption()))
        continue
      }
      let copy = ExportCopy(item: item, target: target, keep: keep, lock: lock, world: world)
      let result = await perform(copy, &manifest, lock)
      results.append(result)
      done(result)
    }
    let order = sections.map(\.name)
    results.sort {
      order.firstIndex(of: $0.section) ?? 0 < order.firstIndex(of: $1.section) ?? 0
    }
    do throws(BackupError) {
      try requireTarget(lock)
      try finish(manifest)
    } catch {
      // The copies are there and proven all the same.
      world.say(Note(.error, nil, error.description))
      results.append(.failed(target, error))
    }
    return results
  }

  /// Makes sure that the disk of the target is still there: what is below its mount point without it
  /// is no copy on another disk.
  private func requireTarget(_ lock: FileLock) throws(BackupError) {
    var (held, found) = (stat(), stat())
    guard fstat(lock.descriptor, &held) == 0, stat("\(target)/.tisbackup.lock", &found) == 0,
      held.st_dev == found.st_dev, held.st_ino == found.st_ino
    else { throw BackupError(.storage, .targetGone(target), hint: .mountTarget) }
  }

  private func perform(
    _ copy: ExportCopy, _ manifest: inout ExportManifest, _ lock: FileLock
  ) async -> SectionResult {
    let item = copy.item
    do throws(BackupError) {
      try requireTarget(lock)
      let catalog = try configuration.catalog(.write, zone: world.zone)
      try settleDeadExports(of: item.section, in: catalog)
      let key = try catalog.begin(
        .export, section: item.section, server: item.server, description: "", at: world.now(),
        by: world.writer)
      do throws(BackupError) {
        let outcome: Outcome
        do throws(BackupError) {
          outcome = try await copy.perform(&manifest)
        } catch {
          // A disk that was pulled is the reason of whatever failed first.
          if !Task.isCancelled { try requireTarget(lock) }
          throw error
        }
        try catalog.end(key, outcome, at: world.now())
        let isWarning = outcome.status == .warning
        world.say(Note(isWarning ? .warning : .info, item.section, outcome.log))
        return SectionResult(
          item.section, isWarning ? .warning : .ok, outcome.log, outcome: outcome)
      } catch {
        let error = error.naming(world.interruption(), item.section)
        try catalog.end(
          key, Outcome(.error, log: error.oneLine(about: item.section)), at: world.now())
        throw error
      }
    } catch {
      world.say(Note(.error, item.section, error.description))
      return .failed(item.section, error)
    }
  }

  /// An export that died is on record as failed, not as running for ever.
  private func settleDeadExports(of section: String, in catalog: Catalog) throws(BackupError) {
    let rows = try catalog.newest(of: section, type: .export).records
    for row in rows where row.isDead(isAlive: world.isAlive) {
      guard let key = try catalog.key(of: row) else { continue }
      try catalog.end(key, Outcome(.error, log: "the export died before it ended"), at: row.start)
    }
  }

  /// The manifest, the catalog and the paper for whoever finds the disk; each replaced whole.
  private func finish(_ manifest: ExportManifest) throws(BackupError) {
    try manifest.write(in: target)
    let copy = "\(target)/tisbackup.sqlite"
    unlink(copy + ".new")
    let catalog = try configuration.catalog(.read, zone: world.zone)
    try catalog.copy(to: copy + ".new")
    guard rename(copy + ".new", copy) == 0 else { throw .system("cannot replace '\(copy)'") }
    try SmallFile.write(Array(ExportPaper.text.utf8), to: "\(target)/RESTORE.txt", mode: 0o644)
    SmallFile.syncFolder(target)
  }
}

extension BackupError.Message {
  fileprivate static func noTarget(_ target: String) -> Self { "'\(target)' is not a folder" }
  fileprivate static func targetGone(_ target: String) -> Self {
    "the disk of '\(target)' went away during the export"
  }
  fileprivate static let mountTarget: Self = "Mount it again, and export again."
  fileprivate static let makeTarget: Self =
    "Mount the disk, or make the folder: an export never makes its target."
  fileprivate static func amongBackups(_ target: String, _ place: String) -> Self {
    "an export to '\(target)' would write among the backups in '\(place)'"
  }
  fileprivate static let otherDisk: Self =
    "Export to another disk: a copy beside its original is none."
  fileprivate static func tooSmall(_ target: String, _ plan: ExportPlan) -> Self {
    "'\(target)' has \(ByteCount(plan.free)) free and the export may need \(ByteCount(plan.needed))"
  }
  fileprivate static let chooseFewer: Self =
    "Free space there, choose fewer sections with -s, or keep fewer generations with --keep."
  fileprivate static func busy(_ target: String) -> Self { "another export writes to '\(target)'" }
  fileprivate static let wait: Self = "Wait for it to end."
}
