import Glibc
import OutsideWorld
import TISBackupCore

/// The manifest of an older backup, read in step with the walk of a newer one.
struct OlderManifest {
  /// How a file of the older backup can be one of the newer.
  private enum Sharing {
    /// It is that backup.
    case identity
    /// As another name of the same inode.
    case links
    /// As the same inode in two snapshots of one btrfs subvolume; the folder of the older one.
    case snapshots(FileHandle)
  }

  private let sharing: Sharing
  private var reader: ManifestReader
  private var next: ManifestEntry?

  /// Nil when it is of no use: not there, not whole, or of a backup that cannot share files with the
  /// newer one; without a newer one, it is asked about its own backup.
  init?(of backup: String, newer: String? = nil) {
    let shared = newer.map { Self.sharing(of: backup, with: $0) } ?? .identity
    guard let sharing = shared,
      let reader = try? ManifestReader(path: FileManifest.path(forBackup: backup))
    else { return nil }
    (self.sharing, self.reader) = (sharing, reader)
    advance()
  }

  private static func sharing(of backup: String, with newer: String) -> Sharing? {
    var (older, new) = (stat(), stat())
    guard lstat(backup, &older) == 0, lstat(newer, &new) == 0 else { return nil }
    if older.st_dev == new.st_dev { return .links }
    guard Subvolume.exists(newer), Subvolume.exists(backup) else { return nil }
    let folder = open(backup, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    return folder < 0 ? nil : .snapshots(FileHandle(folder))
  }

  /// What a file was recorded with, when it is still the same one; asked in the order of the paths.
  mutating func digest(of entry: ManifestEntry, _ status: stat) -> SHA256.Digest? {
    // Without another name it was never linked from anywhere.
    if case .links = sharing, status.st_nlink < 2 { return nil }
    while let older = next, ManifestEntry.precedes(older.path, entry.path) { advance() }
    guard let older = next, older.path == entry.path, entry.isUnchanged(since: older),
      isShared(entry, status)
    else { return nil }
    return older.digest
  }

  /// Two subvolumes may have files of one number that have nothing to do with each other; the time at
  /// which an inode was changed last is nobody's to set (`inode(7)`).
  private func isShared(_ entry: ManifestEntry, _ status: stat) -> Bool {
    guard case .snapshots(let folder) = sharing else { return true }
    var older = stat()
    let path = entry.path.map { CChar(bitPattern: $0) } + [0]
    return fstatat(folder.value, path, &older, AT_SYMLINK_NOFOLLOW) == 0
      && older.st_ino == status.st_ino && older.st_size == status.st_size
      && older.st_ctim.tv_sec == status.st_ctim.tv_sec
      && older.st_ctim.tv_nsec == status.st_ctim.tv_nsec
  }

  /// What can be read no more ends it: the files it knew are read instead.
  private mutating func advance() { next = (try? reader.next())?.entry }
}
