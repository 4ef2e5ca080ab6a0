import Glibc

/// A `flock` on a file or folder, exclusive unless shared, released by the kernel when its holder ends, however it ends.
package final class FileLock: Sendable {
  /// The locked file, empty, or what was locked itself; a program that has it open keeps the lock taken.
  package let descriptor: Int32

  /// Takes the lock, or gives nil when another process has it; throws when the file cannot be
  /// made.
  ///
  /// A shared one may be held by many, who all keep out whoever wants it alone. `patience` is how
  /// long to wait for it, in hundredths of a second.
  package init?(path: String, isShared: Bool = false, patience: Int = shortest)
    throws(BackupError)
  {
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard opened >= 0 else { throw .system("cannot lock '\(path)'") }
    guard Self.take(opened, isShared ? LOCK_SH : LOCK_EX, patience) else {
      close(opened)
      return nil
    }
    descriptor = opened
  }

  /// Takes part in the lock of an existing file or folder, for who reads it and needs it meanwhile.
  ///
  /// Nil when it is being removed; throws when it cannot be opened.
  package convenience init?(sharing path: String) throws(BackupError) {
    try self.init(existing: path, LOCK_SH)
  }

  /// Takes the lock of an existing file or folder, for who removes it.
  ///
  /// Nil when somebody reads it; throws when it cannot be opened.
  package convenience init?(claiming path: String) throws(BackupError) {
    try self.init(existing: path, LOCK_EX)
  }

  private init?(existing path: String, _ kind: Int32) throws(BackupError) {
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
    guard opened >= 0 else { throw .system("cannot lock '\(path)'") }
    // Some network file systems lock nothing that is open for reading alone: nobody can hold such a
    // lock there, so it is free.
    guard Self.take(opened, kind) || errno != EWOULDBLOCK else {
      close(opened)
      return nil
    }
    descriptor = opened
  }

  /// Half a second: a program that some other task is just starting holds a copy of every lock of
  /// this process, also of one given back meanwhile, between its fork and its exec.
  package static let shortest = 50

  private static func take(_ descriptor: Int32, _ kind: Int32, _ patience: Int = shortest) -> Bool {
    for _ in 0..<patience {
      if flock(descriptor, kind | LOCK_NB) == 0 { return true }
      usleep(10_000)
    }
    return flock(descriptor, kind | LOCK_NB) == 0
  }

  deinit { close(descriptor) }
}
