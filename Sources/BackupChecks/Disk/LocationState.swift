import Glibc
import TISBackupCore

/// What is on disk where the catalog says that a backup is.
package enum LocationState: Sendable, Equatable, Codable {
  /// Not looked for: by design, or because the administrator said so.
  case notLookedFor
  /// The catalog names no place.
  case notRecorded
  case present
  case missing(String)
  /// A file that was there long before the run that is said to have written it.
  case olderThanRun(String)
  /// Whoever went to look did not come back: the path, its file system, and how long was waited.
  case hung(String, mount: String, waited: String)
  /// Nobody lets us look: the path and the reason.
  case hidden(String, reason: String)

  /// How much older than its run a file may be, in seconds: TISBackup's own tolerance.
  private static let tolerance = 3600

  /// Looks for the backup of a record.
  package static func look(for record: BackupRecord) -> LocationState {
    guard let path = record.location else { return .notRecorded }
    var status = stat()
    guard stat(path, &status) == 0 else {
      let code = errno
      return code == ENOENT || code == ENOTDIR
        ? .missing(path) : .hidden(path, reason: String(cString: strerror(code)))
    }
    let isFile = status.st_mode & S_IFMT == S_IFREG
    return isFile && status.st_ctim.tv_sec + tolerance < record.start.seconds
      ? .olderThanRun(path) : .present
  }
}
