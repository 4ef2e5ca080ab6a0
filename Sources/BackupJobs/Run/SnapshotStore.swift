import BackupDrivers
import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// The folder of one section: what is finished in it, what is not, and how one becomes the other.
///
/// Used under the lock of the section.
struct SnapshotStore {
  let section: Section
  let folder: String
  let world: World

  /// rsync takes no more than twenty; two are all that is ever of use.
  private static let linkTargetLimit = 2

  /// The start of a new run, later by seconds when its name is taken: in the hour that is repeated
  /// in autumn, or by a run of the same second.
  func freeStart(_ now: Instant, for driver: any BackupDriver) -> Instant {
    var start = now
    while isTaken(driver.artifactName(for: SnapshotName.text(for: start, in: world.zone))) {
      start = start.adding(seconds: 1)
    }
    return start
  }

  private func isTaken(_ name: String) -> Bool {
    exists(name) || exists(name + DiskLayout.incompleteSuffix)
  }

  /// Ends the rows of runs that died: as what their receipt proves, else as failed.
  ///
  /// A backup has its final name only when it is complete and its receipt is written, so a row
  /// whose backup stands there was only not told yet.
  func settleDeadRuns(in catalog: Catalog) throws(BackupError) {
    let rows = try catalog.newest(of: section.name).records
    for row in rows where row.isDead(isAlive: world.isAlive) {
      guard let key = try catalog.key(of: row) else { continue }
      let (outcome, end) = settlement(of: row)
      try catalog.end(key, outcome, at: end)
      world.say(Note(.warning, section.name, "a run that died is settled: \(outcome.log)"))
    }
  }

  private func settlement(of row: BackupRecord) -> (Outcome, Instant) {
    let date = SnapshotName.text(for: row.start, in: world.zone)
    for name in DiskLayout.names(in: folder) where name.contains(date) {
      let location = "\(folder)/\(name)"
      // A receipt is that of the row whose start it has: two names may share a second.
      guard let receipt = RunReceipt.read(forBackup: location), receipt.section == section.name,
        Instant(catalogText: receipt.start, in: world.zone) == row.start
      else { continue }
      var outcome = receipt.outcome
      outcome.location = location
      return (outcome, Instant(catalogText: receipt.end, in: world.zone) ?? row.start)
    }
    let writer = row.writer.map { " (process \($0.pid))" } ?? ""
    var outcome = Outcome(.error, log: "the run died before it ended\(writer)")
    // It died after that name was given: the row says what is there, so that cleanup can tell.
    let incomplete = "\(folder)/\(date)\(DiskLayout.incompleteSuffix)"
    if DiskLayout.isFolder(incomplete) { outcome.location = incomplete }
    return (outcome, row.start)
  }

  /// Gives the path of this run's unfinished work: a folder, that of an earlier run, renamed, or a
  /// new one; where a backup is a file or a snapshot, one that is not there, for half a file helps
  /// nobody, and what a snapshot is made of is kept elsewhere.
  ///
  /// Safe to stop at any instant: every step leaves at least one folder with a name that says it
  /// is unfinished, and the next run takes it up.
  func preparePartial(_ name: String) throws(BackupError) -> String {
    let partial = "\(folder)/\(name)\(DiskLayout.partialSuffix)"
    let left = unfinished()
    guard goesOn else {
      for old in left { try discard(old) }
      return partial
    }
    guard let newest = left.last else {
      guard mkdir(partial, 0o700) == 0 else { throw .system("cannot make the folder '\(partial)'") }
      return partial
    }
    // Older ones cannot help more than the newest does.
    for old in left.dropLast() where old.hasSuffix(DiskLayout.partialSuffix) { try discard(old) }
    guard rename("\(folder)/\(newest)", partial) == 0 else {
      throw .system("cannot take up '\(folder)/\(newest)'")
    }
    world.say(Note(.info, section.name, "takes up the unfinished '\(newest)'"))
    _ = try FileTree.unlinkShared(partial)
    return partial
  }

  /// An unfinished folder without anything in it helps nobody, nor does half a file or a snapshot;
  /// any other folder is kept for the next run.
  func dropUselessPartial(of key: RunKey, _ driver: any BackupDriver) {
    let name = driver.artifactName(for: SnapshotName.text(for: key.start, in: world.zone))
    let partial = "\(folder)/\(name)\(DiskLayout.partialSuffix)"
    if goesOn { rmdir(partial) } else { _ = try? FileTree.remove(partial) }
  }

  /// Whether a backup of this section is a folder, else it is a file or nothing on this disk.
  private var keepsFolders: Bool { section.type?.artifact == .folder }

  /// Whether the next run goes on where one was stopped, in the folder that it left.
  private var goesOn: Bool { keepsFolders && section.type?.keepsSubvolumes != true }

  /// Unfinished work of ours and of TISBackup, oldest first.
  private func unfinished() -> [String] {
    DiskLayout.names(in: folder).filter { name in
      [DiskLayout.partialSuffix, DiskLayout.oldPartialSuffix].contains { suffix in
        name.hasSuffix(suffix)
          && section.type?.start(
            ofArtifact: String(name.dropLast(suffix.count)), section: section.name, in: world.zone)
            != nil
      }
    }
  }

  /// The backups whose unchanged files are linked: the newest good one, and a newer partial one;
  /// where a backup is a file, the newest good one alone.
  ///
  /// A machine on which some file is always locked never has a good one; it still needs its
  /// unchanged files only once.
  func linkTargets(in catalog: Catalog) throws(BackupError) -> LinkTargets {
    // All of them: the newest good one on record may be gone from the disk.
    let records = try catalog.newest(of: section.name).records
    var targets = LinkTargets()
    for record in records where record.status == .ok || record.status == .warning {
      let places = DiskLayout.places(of: record, in: folder)
      guard let place = places.first(where: isOfItsKind), !targets.paths.contains(place),
        record.status == .ok || keepsFolders
      else { continue }
      if record.status == .ok || targets.paths.isEmpty {
        targets.paths.append(place)
        targets.isDoubtful = targets.isDoubtful || record.isProvenBad
      }
      if record.status == .ok || targets.paths.count == Self.linkTargetLimit { break }
    }
    return targets
  }

  private func isOfItsKind(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT == (keepsFolders ? S_IFDIR : S_IFREG)
  }

  /// Records what is in the finished backup, to be compared with it later.
  ///
  /// After the data, which nobody changes any more, and before the receipt: a backup that has its
  /// name has its manifest. Stopped before that name is given, the manifest belongs to nothing, and
  /// cleanup removes it; the next run makes its own.
  ///
  /// `links` are the backups that it shares unchanged files with: what those were recorded with holds.
  /// `written` are files whose content is known from writing them: terabytes are not read again.
  func recordManifest(_ name: String, links: LinkTargets, written: [WrittenFile] = [])
    async throws(BackupError)
  {
    guard section.flag(.manifest) else { return }
    let record = try await FileManifest.record(
      "\(folder)/\(name)\(DiskLayout.partialSuffix)", as: "\(folder)/\(name)",
      reusing: links.paths, written: written)
    world.say(Note(.debug, section.name, record.sentence))
    if record.unread > 0 {
      world.say(Note(.warning, section.name, record.unreadSentence))
    }
  }

  /// Gives what could be made of a backup a name that says so; returns where it is.
  ///
  /// Order, so that it may stop anywhere: the data is on the disk before its name, the name before
  /// the catalog's row. Before the name, it is unfinished work that the next run takes up; after it,
  /// a row that was not ended is ended as failed. It never has a receipt, so nothing takes it for a
  /// backup, and no manifest, for nobody verifies it.
  func keepIncomplete(_ name: String) throws(BackupError) -> String {
    let location = "\(folder)/\(name)\(DiskLayout.incompleteSuffix)"
    let partial = "\(folder)/\(name)\(DiskLayout.partialSuffix)"
    try SmallFile.syncFileSystem(of: folder)
    guard rename(partial, location) == 0 else {
      throw .system("cannot rename '\(partial)' to '\(location)'")
    }
    SmallFile.syncFolder(folder)
    return location
  }

  /// Gives the backup its final name, after which it counts; returns where it is.
  ///
  /// Order, so that it may stop anywhere: data and manifest are on the disk before its receipt, the
  /// receipt before the name, the name before the catalog's row.
  func promote(_ name: String, _ key: RunKey, _ outcome: Outcome) throws(BackupError) -> String {
    let location = "\(folder)/\(name)"
    let partial = location + DiskLayout.partialSuffix
    // The receipt of somebody else's backup of that name must survive.
    guard !exists(name) else { throw .system("cannot rename '\(partial)'", errno: EEXIST) }
    try SmallFile.syncFileSystem(of: folder)
    let receipt = RunReceipt(
      section: section, start: key.start, end: world.now(), outcome: outcome, zone: world.zone)
    try receipt.write(forBackup: location)
    guard rename(partial, location) == 0 else {
      let error = BackupError.system("cannot rename '\(partial)' to '\(location)'")
      unlink(RunReceipt.path(forBackup: location))
      throw error
    }
    SmallFile.syncFolder(folder)
    return location
  }

  private func exists(_ name: String) -> Bool { access("\(folder)/\(name)", F_OK) == 0 }

  /// Renames to trash, then removes: what is stopped half way is never taken for a backup.
  private func discard(_ name: String) throws(BackupError) {
    let trash = "\(folder)/\(DiskLayout.trashPrefix)\(name)"
    try FileTree.remove(trash)
    guard rename("\(folder)/\(name)", trash) == 0 else { throw .system("cannot discard '\(name)'") }
    try FileTree.remove(trash)
  }
}

extension FileManifest.Record {
  fileprivate var sentence: String {
    "manifest: \(entries) entries, \(files) files read (\(ByteCount(bytes))), \(reused + written) known"
  }
  fileprivate var unreadSentence: String {
    "\(unread) \(unread == 1 ? "file or folder" : "files and folders") of the backup may not be "
      + "read by this user: the manifest has no checksum of what is in them"
  }
}
