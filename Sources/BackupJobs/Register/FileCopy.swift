import Glibc
import TISBackupCore

/// Copies a whole file, for which there is no name to link.
enum FileCopy {
  /// Writes what is in `source` to a new file, for the owner alone, and syncs it.
  static func make(of source: String, at path: String) throws(BackupError) {
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw .system("cannot read '\(source)'") }
    defer { close(input) }
    let output = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw .system("cannot create '\(path)'") }
    defer { close(output) }
    while true {
      let count = sendfile(output, input, nil, 1 << 24)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .system("cannot copy '\(source)' to '\(path)'") }
      if count == 0 { break }
    }
    guard fsync(output) == 0 else { throw .system("cannot write '\(path)'") }
  }
}
