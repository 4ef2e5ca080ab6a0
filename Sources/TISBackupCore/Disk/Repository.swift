import Glibc

/// The base folder as the place of all backups: there, the one that is meant, and worked on by those
/// alone who may be there together.
package struct Repository: Sendable {
  /// The file that says that a folder is the base folder of backups.
  package static let markerName = ".tisbackup-base"
  /// How long a run waits for whoever has the repository alone, in hundredths of a second.
  private static let patience = 60 * 100

  private let layout: DiskLayout
  private let memory: BaseMemory?

  package init(_ layout: DiskLayout, remembering memory: BaseMemory?) {
    (self.layout, self.memory) = (layout, memory)
  }

  /// Makes sure that the base folder is there, and that it is not the empty mount point of a disk
  /// that is not: where backups were before, the marker must be, too.
  package func require() throws(BackupError) {
    try layout.requireBase()
    guard !isMarked, memory?.knows(layout.base) == true else { return }
    throw BackupError(
      .storage, .unmarked(layout.base), hint: .mountOrMark("\(layout.base)/\(Self.markerName)"))
  }

  /// Marks the base folder of the first run, and that of a server that is taken over; says what could
  /// not be remembered.
  ///
  /// Safe to stop at any instant: without the marker the next run does the same again, and nothing
  /// is remembered of a base that has none.
  package func mark() throws(BackupError) -> BackupError? {
    try require()
    if !isMarked { try makeMarker() }
    do throws(BackupError) {
      try memory?.remember(layout.base)
      return nil
    } catch {
      return error
    }
  }

  /// Makes the marker, unless somebody else just did.
  ///
  /// At its place, not beside it to be renamed: tools that begin at once would take what they made
  /// under that one name from each other. That it is there is all that counts.
  private func makeMarker() throws(BackupError) {
    let path = "\(layout.base)/\(Self.markerName)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      if errno == EEXIST { return }
      throw .system("cannot create '\(path)'")
    }
    defer { close(descriptor) }
    let text = Array(Self.markerText.utf8)
    guard text.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == text.count,
      fsync(descriptor) == 0
    else { throw .system("cannot write '\(path)'") }
    SmallFile.syncFolder(layout.base)
  }

  /// Takes part in the repository, for who works on single sections, under the locks of those.
  ///
  /// Throws when somebody has it alone for more than a minute.
  package func share() throws(BackupError) -> FileLock {
    guard let lock = try FileLock(path: lockPath, isShared: true, patience: Self.patience) else {
      throw BackupError(.locked, .taken(layout.base), hint: .whoHolds(lockPath))
    }
    return lock
  }

  /// Takes the repository alone, for who changes what is known of all sections at once.
  ///
  /// Throws at once when somebody is at work in it.
  package func own() throws(BackupError) -> FileLock {
    guard let lock = try FileLock(path: lockPath) else {
      throw BackupError(.locked, .atWork(layout.base), hint: .whoHolds(lockPath))
    }
    return lock
  }

  private var lockPath: String { "\(layout.base)/\(DiskLayout.lockName)" }
  /// Whether the base folder has its marker.
  package var isMarked: Bool { access("\(layout.base)/\(Self.markerName)", F_OK) == 0 }

  private static let markerText = """
    This folder holds backups. The tisbackup tools write nothing here without this file, so that
    they notice when the disk is not mounted.

    """
}

extension BackupError.Message {
  fileprivate static func unmarked(_ base: String) -> Self {
    "the base folder '\(base)' has no \(Repository.markerName), which it had before"
  }
  fileprivate static func mountOrMark(_ marker: String) -> Self {
    "Is its disk mounted? Mount it. Only where backups really begin anew, as on a new disk: touch '\(marker)'"
  }
  fileprivate static func taken(_ base: String) -> Self {
    "another tool has all backups in '\(base)' to itself"
  }
  fileprivate static func atWork(_ base: String) -> Self {
    "another tool is at work on the backups in '\(base)'"
  }
  fileprivate static func whoHolds(_ path: String) -> Self {
    "'fuser -v \(path)' names it; try again when it is done."
  }
}
