import Glibc

/// Where everything lies below the base folder of a backup server.
package struct DiskLayout: Sendable, Equatable {
  /// `backup_base_dir`, without a slash at its end.
  package var base: String

  package init(base: String) { self.base = base }

  package var logFolder: String { base + "/log" }
  package var catalog: String { logFolder + "/tisbackup.sqlite" }

  /// Makes sure that the base folder can be seen; throws when it cannot.
  package func requireBase() throws(BackupError) {
    var status = stat()
    guard stat(base, &status) == 0 else {
      throw BackupError(.storage, .noBase(base, errno), hint: .mount)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw BackupError(.storage, .noBase(base, ENOTDIR), hint: .mount)
    }
  }

  /// The folder of a section's backups: its `backup_dir`, else its name below the base.
  package func folder(of section: Section) -> String {
    section.text(.backupDir).map(DiskPath.trimmed) ?? "\(base)/\(section.name)"
  }

  /// Where a recorded backup may be now, the most likely place first.
  ///
  /// As recorded, or by its name in the folder of its section, when the disk was mounted elsewhere
  /// since; nowhere without a location.
  package static func places(of record: BackupRecord, in folder: String) -> [String] {
    guard let location = record.location.map(DiskPath.trimmed) else { return [] }
    return [location, "\(folder)/\(DiskPath.name(of: location))"]
  }

  /// The log of one run of a tool.
  package func logFile(at start: Instant, in zone: LocalZone) -> String {
    "\(logFolder)/tisbackup_\(SnapshotName.text(for: start, in: zone)).log"
  }

  /// The lock of whoever announces to a target of the monitoring ini.
  package func outboxLock(of target: String) -> String { "\(logFolder)/.outbox-\(target).lock" }

  /// Suffix of work that is not finished.
  package static let partialSuffix = ".partial"
  /// Suffix under which TISBackup leaves unfinished rsync work.
  package static let oldPartialSuffix = ".rsync"
  /// Suffix of a backup of which only a part could be made: good as far as it goes, and never taken
  /// for a backup.
  package static let incompleteSuffix = ".incomplete"
  /// What ends the name of a folder that is no finished backup.
  package static let unfinishedSuffixes = [partialSuffix, oldPartialSuffix, incompleteSuffix]
  /// Prefix of what is being deleted.
  package static let trashPrefix = ".trash-"
  /// The btrfs subvolume in the folder of a section that its backups are snapshots of, as TISBackup
  /// named it.
  package static let workingSubvolume = "last_backup"
  /// The file whose lock says that a section is at work.
  package static let lockName = ".lock"
  /// The lock file of the old program: `pid=N` on its first line.
  package static let oldLockName = "lock"

  /// Makes a folder that may not be there, never its parents: an unmounted disk is not written
  /// under.
  package static func makeFolder(_ path: String) throws(BackupError) {
    let mode: mode_t = sharesWithGroup(DiskPath.parent(of: path)) ? 0o2750 : 0o700
    guard mkdir(path, mode) != 0 else {
      // The umask may have taken bits that the folder above asks for.
      chmod(path, mode)
      return
    }
    guard errno == EEXIST, isFolder(path) else {
      throw .system("cannot make the folder '\(path)'")
    }
  }

  /// Whether what is made in a folder is also for its group.
  ///
  /// A setgid folder is an administrator's word for that: so a monitoring user can be let in to
  /// the catalog and to the names of the backups. Otherwise all is the owner's alone.
  package static func sharesWithGroup(_ folder: String) -> Bool {
    var status = stat()
    return stat(folder, &status) == 0 && status.st_mode & 0o2000 != 0
  }

  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The entries of a folder, sorted, without `.` and `..`; empty when it is not there.
  ///
  /// Names that are not UTF-8 are left out: none of ours are like that.
  package static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      if let name, name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

extension BackupError.Message {
  fileprivate static func noBase(_ base: String, _ code: Int32) -> Self {
    "cannot use the base folder '\(base)': \(String(cString: strerror(code)))"
  }
  fileprivate static let mount: Self =
    "Is its disk mounted? Mount it, or name the folder with --backup-dir DIR; nothing is written under a mount point without its disk."
}
