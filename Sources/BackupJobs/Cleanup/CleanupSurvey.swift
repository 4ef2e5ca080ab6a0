import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// Finds what is in the folder of one section, and plans what becomes of it; touches nothing.
struct CleanupSurvey {
  let section: Section
  let configuration: Configuration
  let force: Bool
  let world: World

  private var folder: String { configuration.layout.folder(of: section) }

  func plan(_ catalog: Catalog) throws(BackupError) -> SectionCleanup {
    var plan = SectionCleanup(section: section.name, folder: folder, retention: RetentionPlan())
    if let problem = configuration.errors(of: section).first {
      plan.skipped = problem.description
      return plan
    }
    guard let policy = try RetentionPolicy(of: section, force: force) else {
      plan.skipped = "no backup_retention_time"
      return plan
    }
    var backups = try stored(catalog)
    plan.retention = policy.plan(for: backups, now: world.now(), in: world.zone)
    // Only what would go is asked for, and only its fate depends on the answer.
    let doomed = Set(plan.retention.removals.compactMap(\.backup.record.location))
    for index in backups.indices
    where backups[index].exists && doomed.contains(backups[index].record.location ?? "") {
      backups[index].isInUse = isInUse(backups[index])
    }
    if backups.contains(where: \.isInUse) {
      plan.retention = policy.plan(for: backups, now: world.now(), in: world.zone)
    }
    findLeftovers(in: &plan, backups, mayRemove: plan.retention.mayRemove)
    return plan
  }

  /// One entry for each place on disk: a backup that was catalogued twice is judged once, by its
  /// best row.
  private func stored(_ catalog: Catalog) throws(BackupError) -> [StoredBackup] {
    let records = try catalog.newest(of: section.name).records.filter { $0.location != nil }
    let places = Dictionary(grouping: records) { record in
      place(of: DiskPath.trimmed(record.location ?? ""))
    }
    return places.compactMap { place, rows in
      guard let best = rows.first(where: \.isGood) ?? rows.first else { return nil }
      // Paths come out of a database: what lies elsewhere is nobody's to delete.
      guard Self.isInside(place, folder) else { return nil }
      var backup = StoredBackup(best, exists: DiskPath.exists(place))
      backup.isPinned = BackupPin("\(folder)/\(DiskPath.name(of: place))").isSet
      return backup
    }
  }

  /// Where a recorded backup is now: by its name in the folder of its section, when the disk was
  /// mounted elsewhere since.
  private func place(of location: String) -> String {
    let moved = "\(folder)/\(DiskPath.name(of: location))"
    let isMoved =
      !Self.isInside(location, folder) && !DiskPath.exists(location) && DiskPath.exists(moved)
    return isMoved ? moved : location
  }

  private func isInUse(_ backup: StoredBackup) -> Bool {
    let name = DiskPath.name(of: DiskPath.trimmed(backup.record.location ?? ""))
    return RemovalClaim("\(folder)/\(name)").isRefused
  }

  private func findLeftovers(
    in plan: inout SectionCleanup, _ backups: [StoredBackup], mayRemove: Bool
  ) {
    let newestGood = backups.filter(\.isGood).map(\.record.start).max()
    // What has a row is judged by it.
    let judged = Set(
      backups.compactMap(\.record.location).map { DiskPath.name(of: DiskPath.trimmed($0)) })
    for name in DiskLayout.names(in: plan.folder) {
      if name.hasPrefix(DiskLayout.trashPrefix) {
        plan.trash.append(name)
      } else if let start = unfinishedStart(of: name) {
        guard mayRemove, let newestGood, start < newestGood, !judged.contains(name) else {
          continue
        }
        plan.superseded.append(name)
      } else if isOrphan(name) {
        plan.orphans.append(name)
      }
    }
  }

  /// Whether a name is that of a receipt, manifest or pin, and its backup is neither there nor begun.
  func isOrphan(_ name: String) -> Bool {
    guard
      let backup = receiptOwner(name) ?? begunReceiptOwner(name) ?? pinOwner(name)
        ?? FileManifest.backupName(ofManifest: name, in: folder)
    else { return false }
    return !["", DiskLayout.partialSuffix].contains {
      DiskPath.exists("\(folder)/\(backup)\($0)")
    }
  }

  private func receiptOwner(_ name: String) -> String? {
    guard name.hasPrefix("."), name.hasSuffix(".json") else { return nil }
    let backup = String(name.dropFirst().dropLast(5))
    // Somebody else's file may have such a name too.
    return RunReceipt.read(forBackup: "\(folder)/\(backup)") == nil ? nil : backup
  }

  /// A run that is killed as it writes its receipt leaves it empty or cut, so that the name alone
  /// tells whose it was.
  private func begunReceiptOwner(_ name: String) -> String? {
    guard name.hasPrefix("."), name.hasSuffix(".json.new") else { return nil }
    return artifact(String(name.dropFirst().dropLast(9)))
  }

  private func pinOwner(_ name: String) -> String? {
    BackupPin.backupName(ofPin: name).flatMap(artifact)
  }

  /// The name, when it is one that a backup of this section may have.
  private func artifact(_ name: String) -> String? {
    section.type?.start(ofKept: name, section: section.name, in: world.zone).map { _ in name }
  }

  private func unfinishedStart(of name: String) -> Instant? {
    for suffix in DiskLayout.unfinishedSuffixes where name.hasSuffix(suffix) {
      return SnapshotName.start(of: name.dropLast(suffix.count), in: world.zone)
    }
    return nil
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
}
