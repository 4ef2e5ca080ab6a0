import Glibc

/// An administrator's word that a backup stays, whatever retention says: `.<name>.pin` beside it.
///
/// On the disk and not in the catalog, so that it goes where the backup goes, and is still there
/// when the catalog is lost. What counts is that the file is there; it says since when.
package struct BackupPin: Sendable {
  /// The path of the backup.
  private let location: String

  package init(_ location: String) { self.location = DiskPath.trimmed(location) }

  private static let suffix = ".pin"

  /// Where the word stands.
  package var path: String {
    "\(DiskPath.parent(of: location))/.\(DiskPath.name(of: location))\(Self.suffix)"
  }

  /// The name of the backup that a file of this name would be about; nil for any other name.
  package static func backupName(ofPin name: String) -> String? {
    guard name.hasPrefix("."), name.hasSuffix(suffix), name.count > 1 + suffix.count else {
      return nil
    }
    return String(name.dropFirst().dropLast(suffix.count))
  }

  package var isSet: Bool { DiskPath.exists(path) }

  /// Pins the backup; false when it was already.
  ///
  /// Cleanup takes the backup for itself before it looks for the pin, so this one, which takes part
  /// in reading it meanwhile, either comes first or is told that the backup is being removed.
  package func set(at now: Instant, in zone: LocalZone) throws(BackupError) -> Bool {
    guard let reading = try FileLock(sharing: location), access(location, F_OK) == 0 else {
      throw BackupError(.locked, .beingRemoved(location))
    }
    defer { withExtendedLifetime(reading) {} }
    guard !isSet else { return false }
    let mode: mode_t = DiskLayout.sharesWithGroup(DiskPath.parent(of: location)) ? 0o640 : 0o600
    try SmallFile.write(
      Array("pinned \(now.catalogText(in: zone))\n".utf8), to: path, mode: mode)
    return true
  }

  /// Leaves the backup to retention again; false when nothing pinned it.
  package func remove() throws(BackupError) -> Bool {
    guard unlink(path) == 0 else {
      if errno == ENOENT { return false }
      throw .system("cannot remove '\(path)'")
    }
    SmallFile.syncFolder(DiskPath.parent(of: location))
    return true
  }
}

extension BackupError.Message {
  fileprivate static func beingRemoved(_ location: String) -> Self {
    "'\(location)' is being removed by tisbackup-cleanup"
  }
}
