import Glibc
import TISBackupCore

/// The manifest of an older backup, read in step with the walk of a newer one.
struct OlderManifest {
  private var reader: ManifestReader
  private var next: ManifestEntry?

  /// Nil when it is of no use: not there, not whole, or of a backup that cannot share files with one
  /// on this disk.
  init?(of backup: String, onDisk device: dev_t) {
    var status = stat()
    guard lstat(backup, &status) == 0, status.st_dev == device,
      let reader = try? ManifestReader(path: FileManifest.path(forBackup: backup))
    else { return nil }
    self.reader = reader
    advance()
  }

  /// What a file was recorded with, when it is still the same one; asked in the order of the paths.
  mutating func digest(of entry: ManifestEntry) -> SHA256.Digest? {
    while let older = next, ManifestEntry.precedes(older.path, entry.path) { advance() }
    guard let older = next, older.path == entry.path, entry.isUnchanged(since: older) else {
      return nil
    }
    return older.digest
  }

  /// What can be read no more ends it: the files it knew are read instead.
  private mutating func advance() { next = (try? reader.next())?.entry }
}
