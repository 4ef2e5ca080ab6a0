import BackupProofs
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

  package init(_ configuration: Configuration, _ sections: [Section], world: World) {
    (self.configuration, self.sections, self.world) = (configuration, sections, world)
  }

  /// What would be done; touches nothing.
  package func plan() throws(BackupError) -> [SectionCleanup] {
    try configuration.repository(in: world).require()
    let catalog = try configuration.catalog(.read, zone: world.zone)
    var plans: [SectionCleanup] = []
    for section in sections { plans.append(try plan(section, catalog)) }
    return plans
  }

  private func plan(_ section: Section, _ catalog: Catalog) throws(BackupError) -> SectionCleanup {
    let folder = configuration.layout.folder(of: section)
    var plan = SectionCleanup(section: section.name, folder: folder, retention: RetentionPlan())
    if let problem = configuration.errors(of: section).first {
      plan.skipped = problem.description
      return plan
    }
    guard let days = try section.number(.retentionDays) else {
      plan.skipped = "no backup_retention_time"
      return plan
    }
    let backups = try stored(section, folder, catalog)
    plan.retention = RetentionPolicy(days: days, force: force)
      .plan(for: backups, now: world.now(), in: world.zone)
    findLeftovers(in: &plan, backups)
    return plan
  }

  /// One entry for each place on disk: a backup that was catalogued twice is judged once, by its
  /// best row.
  private func stored(_ section: Section, _ folder: String, _ catalog: Catalog)
    throws(BackupError) -> [StoredBackup]
  {
    let records = try catalog.newest(of: section.name).records.filter { $0.location != nil }
    let places = Dictionary(grouping: records) { record in
      place(of: DiskPath.trimmed(record.location ?? ""), in: folder)
    }
    return places.compactMap { place, rows in
      guard let best = rows.first(where: \.isGood) ?? rows.first else { return nil }
      // Paths come out of a database: what lies elsewhere is nobody's to delete.
      guard Self.isInside(place, folder) else { return nil }
      return StoredBackup(best, exists: Self.exists(place))
    }
  }

  /// Where a recorded backup is now: by its name in the folder of its section, when the disk was
  /// mounted elsewhere since.
  private func place(of location: String, in folder: String) -> String {
    let moved = "\(folder)/\(DiskPath.name(of: location))"
    let isMoved = !Self.isInside(location, folder) && !Self.exists(location) && Self.exists(moved)
    return isMoved ? moved : location
  }

  private func findLeftovers(in plan: inout SectionCleanup, _ backups: [StoredBackup]) {
    let newestGood = backups.filter { $0.exists && $0.record.isGood }.map(\.record.start).max()
    // What has a row is judged by it.
    let judged = Set(
      backups.compactMap(\.record.location).map { DiskPath.name(of: DiskPath.trimmed($0)) })
    for name in DiskLayout.names(in: plan.folder) {
      if name.hasPrefix(DiskLayout.trashPrefix) {
        plan.trash.append(name)
      } else if let start = unfinishedStart(of: name) {
        guard let newestGood, start < newestGood, !judged.contains(name) else { continue }
        plan.superseded.append(name)
      } else if isOrphan(name, plan) {
        plan.orphans.append(name)
      }
    }
  }

  /// Whether a name is that of a receipt or manifest, and its backup is neither there nor begun.
  private func isOrphan(_ name: String, _ plan: SectionCleanup) -> Bool {
    guard
      let backup = receiptOwner(name, plan.folder) ?? begunReceiptOwner(name, plan)
        ?? FileManifest.backupName(ofManifest: name, in: plan.folder)
    else { return false }
    return !["", DiskLayout.partialSuffix].contains {
      Self.exists("\(plan.folder)/\(backup)\($0)")
    }
  }

  private func receiptOwner(_ name: String, _ folder: String) -> String? {
    guard name.hasPrefix("."), name.hasSuffix(".json") else { return nil }
    let backup = String(name.dropFirst().dropLast(5))
    // Somebody else's file may have such a name too.
    return RunReceipt.read(forBackup: "\(folder)/\(backup)") == nil ? nil : backup
  }

  /// A run that is killed as it writes its receipt leaves it empty or cut, so that the name alone
  /// tells whose it was.
  private func begunReceiptOwner(_ name: String, _ plan: SectionCleanup) -> String? {
    guard name.hasPrefix("."), name.hasSuffix(".json.new") else { return nil }
    let backup = String(name.dropFirst().dropLast(9))
    let type = sections.first { $0.name == plan.section }?.type
    let start = type?.start(ofArtifact: backup, section: plan.section, in: world.zone)
    return start == nil ? nil : backup
  }

  private func unfinishedStart(of name: String) -> Instant? {
    for suffix in DiskLayout.unfinishedSuffixes where name.hasSuffix(suffix) {
      return SnapshotName.start(of: name.dropLast(suffix.count), in: world.zone)
    }
    return nil
  }

  /// Does what the plan says, section after section; each under its lock.
  package func perform(_ plans: [SectionCleanup]) throws(BackupError) -> [SectionResult] {
    let shared = try configuration.repository(in: world).share()
    defer { withExtendedLifetime(shared) {} }
    let catalog = try configuration.catalog(.write, zone: world.zone)
    return plans.map { plan in
      if Task.isCancelled { return .interrupted(plan.section, by: world.interruption()) }
      if let reason = plan.skipped { return SectionResult(plan.section, .failed, reason) }
      guard !plan.isEmpty else { return SectionResult(plan.section, .ok, "nothing to remove") }
      do throws(BackupError) {
        return try perform(plan, catalog)
      } catch {
        let error = error.naming(world.interruption(), plan.section)
        world.say(Note(.error, plan.section, error.description))
        return .failed(plan.section, error)
      }
    }
  }

  private func perform(_ plan: SectionCleanup, _ catalog: Catalog) throws(BackupError)
    -> SectionResult
  {
    // Nothing on disk means nothing to lock, and no folder is made for it.
    var lock: FileLock?
    if DiskLayout.isFolder(plan.folder) {
      lock = try FileLock(path: "\(plan.folder)/\(DiskLayout.lockName)")
      guard lock != nil, OldLock.holder(in: plan.folder) == nil else {
        return SectionResult(plan.section, .skipped, "a run is at work on it")
      }
    }
    defer { withExtendedLifetime(lock) {} }
    for name in plan.trash { try FileTree.remove("\(plan.folder)/\(name)", stops: true) }
    var count = 0
    for backup in plan.retention.removals where try remove(backup, plan, catalog) { count += 1 }
    for name in plan.superseded {
      try moveToTrash(name, in: plan.folder)
      try FileTree.remove("\(plan.folder)/\(DiskLayout.trashPrefix)\(name)", stops: true)
      world.say(Note(.info, plan.section, "removed the unfinished \(name)"))
    }
    // Since the plan was made, a run may have taken that name.
    for name in plan.orphans where isOrphan(name, plan) {
      unlink("\(plan.folder)/\(name)")
    }
    return SectionResult(plan.section, .ok, "removed \(count) backup\(count == 1 ? "" : "s")")
  }

  /// Removes one backup: trash, catalog, receipt and manifest, then the data; false when somebody
  /// reads it, so that it stays until the next cleanup.
  ///
  /// Stopped after the rename, the row still says BACKUP of something that is gone: the next
  /// cleanup finds and marks it. Stopped after the row, the trash is emptied by the next cleanup.
  private func remove(_ backup: StoredBackup, _ plan: SectionCleanup, _ catalog: Catalog)
    throws(BackupError) -> Bool
  {
    guard let location = backup.record.location.map(DiskPath.trimmed) else { return false }
    let name = DiskPath.name(of: location)
    let trash = "\(plan.folder)/\(DiskLayout.trashPrefix)\(name)"
    let claim = backup.exists ? Claim("\(plan.folder)/\(name)") : nil
    if claim?.isRefused == true {
      world.say(Note(.warning, plan.section, "kept \(name): it is being verified or exported"))
      return false
    }
    defer { withExtendedLifetime(claim) {} }
    if backup.exists { try moveToTrash(name, in: plan.folder) }
    do throws(BackupError) {
      try catalog.markClean([backup.record])
    } catch {
      guard error.code == .catalog else { throw error }
      // On a disk that is full, the room for the row is what is to be removed.
      try FileTree.remove(trash)
      try catalog.markClean([backup.record])
    }
    unlink(RunReceipt.path(forBackup: "\(plan.folder)/\(name)"))
    unlink(FileManifest.path(forBackup: "\(plan.folder)/\(name)"))
    try FileTree.remove(trash, stops: true)
    world.say(Note(.info, plan.section, "removed \(name)"))
    return true
  }

  /// The word of everybody else that a backup may go.
  private struct Claim {
    private var lock: FileLock?
    private(set) var isRefused = false

    /// What cannot be opened, such as a link, has no lock that anybody could hold.
    init(_ place: String) {
      do throws(BackupError) {
        lock = try FileLock(claiming: place)
        isRefused = lock == nil
      } catch {}
    }
  }

  /// What went or was taken up by a run since the plan was made is not there to be moved.
  private func moveToTrash(_ name: String, in folder: String) throws(BackupError) {
    let trash = "\(folder)/\(DiskLayout.trashPrefix)\(name)"
    try FileTree.remove(trash)
    guard rename("\(folder)/\(name)", trash) == 0 || errno == ENOENT else {
      throw .system("cannot move '\(folder)/\(name)' to trash")
    }
    SmallFile.syncFolder(folder)
  }

  /// Whether a place is directly in a folder, also when one of the two is written through a link.
  private static func isInside(_ place: String, _ folder: String) -> Bool {
    let parent = DiskPath.parent(of: place)
    let name = DiskPath.name(of: place)
    guard !name.isEmpty, name != ".", name != ".." else { return false }
    guard parent != folder else { return true }
    let real = DiskPath.resolved(parent)
    return real != nil && real == DiskPath.resolved(folder)
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
