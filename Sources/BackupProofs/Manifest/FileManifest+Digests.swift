import Glibc
import TISBackupCore

extension FileManifest {
  /// The files of a backup, with the digests that were recorded when it was made.
  package struct Digests: Sendable {
    /// Files that are as they were when their digest was recorded.
    package var recorded: [(path: [UInt8], digest: SHA256.Digest)] = []
    /// All others, with their sizes: they have to be read.
    package var unknown: [(path: [UInt8], size: Int64)] = []
  }

  /// Tells the regular files of a backup, unread: a file with the inode, size and time it was recorded
  /// with is still that file, and whether its content is shows who compares it.
  ///
  /// Of a backup that is one file the path is its name.
  package static func digests(of location: String) throws(BackupError) -> Digests {
    var status = stat()
    guard lstat(location, &status) == 0 else { throw .system("cannot read '\(location)'") }
    var older = OlderManifest(of: location)
    var digests = Digests()
    func take(_ found: FileTree.Entry, as path: [UInt8]) {
      let entry = ManifestEntry(found)
      if let digest = older?.digest(of: entry, found.status) {
        digests.recorded.append((path, digest))
      } else {
        digests.unknown.append((path, entry.size))
      }
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      let itself = FileTree.Entry(itself: location, status)
      take(itself, as: Array(DiskPath.name(of: location).utf8))
      return digests
    }
    try FileTree.walk(location, sorted: true) { (entry, visit) throws(BackupError) in
      guard visit == .enter, entry.isFile else { return }
      guard !Task.isCancelled else { throw BackupError(.interrupted, .interrupted(location)) }
      take(entry, as: entry.path)
    }
    return digests
  }
}

extension BackupError.Message {
  fileprivate static func interrupted(_ location: String) -> Self {
    "interrupted while the files of '\(location)' were listed"
  }
}
