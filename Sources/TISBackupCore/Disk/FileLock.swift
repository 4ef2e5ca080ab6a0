import Glibc

/// An exclusive `flock` on a file, released by the kernel when its holder ends, however it ends.
package final class FileLock: Sendable {
  /// The locked file, empty; a program that has it open keeps the lock taken.
  package let descriptor: Int32

  /// Takes the lock, or gives nil when another process has it; throws when the file cannot be
  /// made.
  package init?(path: String) throws(BackupError) {
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard opened >= 0 else { throw .system("cannot lock '\(path)'") }
    guard Self.take(opened) else {
      close(opened)
      return nil
    }
    descriptor = opened
  }

  /// Tries for half a second: a program that some other task is just starting holds a copy of
  /// every lock of this process, also of one given back meanwhile, between its fork and its exec.
  private static func take(_ descriptor: Int32) -> Bool {
    for _ in 0..<50 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      usleep(10_000)
    }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }

  deinit { close(descriptor) }
}
