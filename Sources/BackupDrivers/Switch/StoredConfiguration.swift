import Glibc
import TISBackupCore

/// The last good configuration of a switch on disk.
struct StoredConfiguration: Sendable, Equatable {
  /// No switch has more to say.
  private static let limit = 64 << 20

  let path: String
  let bytes: [UInt8]
  /// When it was written: backups that are the same are one file, as old as the first of them.
  let time: Instant

  init(path: String) throws(BackupError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .system("cannot look at '\(path)'") }
    (self.path, time) = (path, Instant(seconds: status.st_mtim.tv_sec))
    bytes = try SmallFile.bytes(at: path, limit: Self.limit)
  }
}
