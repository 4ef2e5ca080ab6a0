import Glibc

/// What tells whether a file is still as it was when it was read.
package struct FileIdentity: Sendable, Equatable {
  private let inode: UInt64
  private let size: Int64
  /// Nanoseconds since 1970.
  private let modified: Int64
  /// Whether nobody but its owner may do anything with it.
  package let isForOwnerAlone: Bool

  /// Nil with `errno` when there is no such file, or nobody may look at it.
  package init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (inode, size) = (UInt64(status.st_ino), Int64(status.st_size))
    modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    isForOwnerAlone = status.st_mode & 0o077 == 0
  }
}
