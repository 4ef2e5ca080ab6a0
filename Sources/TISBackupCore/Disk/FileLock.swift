import Glibc

/// An exclusive `flock` on a file, released by the kernel when its holder ends, however it ends.
package final class FileLock: Sendable {
  /// The locked file, empty; a program that has it open keeps the lock taken.
  package let descriptor: Int32

  /// Takes the lock at once or gives nil when another process has it; throws when the file cannot
  /// be made.
  package init?(path: String) throws(BackupError) {
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard opened >= 0 else { throw .system("cannot lock '\(path)'") }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      close(opened)
      return nil
    }
    descriptor = opened
  }

  deinit { close(descriptor) }
}
