import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// Does what the plan of one section says, under the lock of that section.
struct SectionCleaning {
  let plan: SectionCleanup
  let survey: CleanupSurvey
  let world: World
  let showsProgress: Bool

  private var section: String { plan.section }

  func perform(_ catalog: Catalog) throws(BackupError) -> SectionResult {
    // Nothing on disk means nothing to lock, and no folder is made for it.
    var lock: FileLock?
    if DiskLayout.isFolder(plan.folder) {
      lock = try FileLock(path: "\(plan.folder)/\(DiskLayout.lockName)")
      guard lock != nil, OldLock.holder(in: plan.folder) == nil else {
        return SectionResult(section, .skipped, "a run is at work on it")
      }
    }
    defer {
      withExtendedLifetime(lock) {}
      if showsProgress { world.say(Note(.info, section, "", isProgress: true)) }
    }
    var total = FileTree.Removed()
    for name in plan.trash { total += try erase(name) }
    var count = 0
    for entry in try stillToGo(catalog) {
      guard let removed = try remove(entry, catalog) else { continue }
      total += removed
      count += 1
    }
    for name in plan.superseded {
      try moveToTrash(name)
      total += try erase(DiskLayout.trashPrefix + name)
      world.say(Note(.info, section, "removed the unfinished \(name)"))
    }
    // Since the plan was made, a run may have taken that name.
    for name in plan.orphans where survey.isOrphan(name) { unlink("\(plan.folder)/\(name)") }
    return result(count, total)
  }

  private func result(_ count: Int, _ total: FileTree.Removed) -> SectionResult {
    var text = "removed \(count) backup\(count == 1 ? "" : "s")"
    if total.bytes > 0 { text += ", \(ByteCount(total.bytes)) freed" }
    return plan.result(text)
  }

  /// What is to go by the plan, and by another that is made now.
  ///
  /// Between the plan and the lock hours may lie, in which the newest good backup failed its proof or
  /// vanished from the disk: what holds by both may go.
  private func stillToGo(_ catalog: Catalog) throws(BackupError) -> [RetentionPlan.Entry] {
    guard !plan.retention.removals.isEmpty else { return [] }
    let now = try survey.plan(catalog).retention.removals.map(\.backup.record.location)
    return plan.retention.removals.filter { now.contains($0.backup.record.location) }
  }

  /// Removes one backup: trash, catalog, receipt and manifest, then the data; nil when somebody
  /// reads it or wants it, so that it stays until the next cleanup.
  ///
  /// Stopped after the rename, the row still says BACKUP of something that is gone: the next
  /// cleanup finds and marks it. Stopped after the row, the trash is emptied by the next cleanup.
  private func remove(_ entry: RetentionPlan.Entry, _ catalog: Catalog)
    throws(BackupError) -> FileTree.Removed?
  {
    let backup = entry.backup
    guard let location = backup.record.location.map(DiskPath.trimmed) else { return nil }
    let name = DiskPath.name(of: location)
    let claim = backup.exists ? RemovalClaim("\(plan.folder)/\(name)") : nil
    defer { withExtendedLifetime(claim) {} }
    if claim?.isRefused == true {
      world.say(Note(.warning, section, "kept \(name): it is being verified or exported"))
      return nil
    }
    // Who pins takes part in the lock that was just taken, so nobody can do it after this.
    guard !backup.exists || !BackupPin("\(plan.folder)/\(name)").isSet else {
      world.say(Note(.info, section, "kept \(name): it was pinned meanwhile"))
      return nil
    }
    if backup.exists { try moveToTrash(name) }
    var removed = try record(entry, name, catalog)
    for path in [
      RunReceipt.path(forBackup: "\(plan.folder)/\(name)"),
      FileManifest.path(forBackup: "\(plan.folder)/\(name)"),
    ] { unlink(path) }
    removed += try erase(DiskLayout.trashPrefix + name)
    world.say(Note(.info, section, "removed \(name): \(entry.reason)"))
    return removed
  }

  private func record(_ entry: RetentionPlan.Entry, _ name: String, _ catalog: Catalog)
    throws(BackupError) -> FileTree.Removed
  {
    do throws(BackupError) {
      try catalog.markClean(entry.backup.record, because: entry.reason, at: world.now())
      return FileTree.Removed()
    } catch {
      guard error.code == .catalog else { throw error }
      // On a disk that is full, the room for the row is what is to be removed.
      let removed = try erase(DiskLayout.trashPrefix + name, stops: false)
      try catalog.markClean(entry.backup.record, because: entry.reason, at: world.now())
      return removed
    }
  }

  /// What went or was taken up by a run since the plan was made is not there to be moved.
  private func moveToTrash(_ name: String) throws(BackupError) {
    let trash = DiskLayout.trashPrefix + name
    try erase(trash, stops: false)
    guard rename("\(plan.folder)/\(name)", "\(plan.folder)/\(trash)") == 0 || errno == ENOENT else {
      throw .system("cannot move '\(plan.folder)/\(name)' to trash")
    }
    SmallFile.syncFolder(plan.folder)
  }

  @discardableResult
  private func erase(_ name: String, stops: Bool = true) throws(BackupError) -> FileTree.Removed {
    let shown = name.dropFirst(DiskLayout.trashPrefix.count)
    return try FileTree.remove("\(plan.folder)/\(name)", stops: stops) { names in
      guard showsProgress, names > 0 else { return }
      world.say(Note(.info, section, "removes \(shown), \(names) names", isProgress: true))
    }
  }
}
