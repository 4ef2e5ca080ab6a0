import Glibc
import TISBackupCore

/// The names under which FUSE and NFS keep a removed file that is still open, until it is closed.
///
/// FUSE hears of the close later than the program that closed, so that a file which was read a moment
/// ago may keep its folder from going. (libfuse, `hard_remove` in fuse(8); nfs(5), "silly rename".)
enum HiddenNames {
  private static let prefixes = [".fuse_hidden", ".nfs"]
  /// Milliseconds between two looks.
  private static let interval: UInt32 = 10
  /// Milliseconds after which someone else holds the file open.
  private static let patience: UInt32 = 5_000

  /// Removes a folder that is not empty as soon as nothing but such names keeps it, and they are gone;
  /// false with `errno` when it cannot be removed.
  static func leave(_ name: UnsafePointer<CChar>, in folder: Int32) -> Bool {
    for _ in 0..<patience / interval {
      guard errno == ENOTEMPTY || errno == EEXIST, holdsNothingElse(name, in: folder) else {
        return false
      }
      usleep(interval * 1_000)
      if unlinkat(folder, name, AT_REMOVEDIR) == 0 { return true }
    }
    return false
  }

  /// `errno` stays that of the caller.
  private static func holdsNothingElse(_ name: UnsafePointer<CChar>, in folder: Int32) -> Bool {
    let error = errno
    defer { errno = error }
    let opened = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else { return false }
    defer { close(opened) }
    guard let names = try? FolderNames(opened, path: "") else { return false }
    var isHidden = true
    try? names.forEach(in: opened) { (name, _) throws(BackupError) in
      isHidden = isHidden && prefixes.contains { strncmp(name, $0, $0.utf8.count) == 0 }
    }
    return isHidden
  }
}
