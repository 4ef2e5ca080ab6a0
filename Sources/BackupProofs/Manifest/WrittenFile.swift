import Glibc
import TISBackupCore

/// A file that we wrote, and of which we know without reading it again what it holds.
package struct WrittenFile: Sendable, Equatable {
  package let digest: SHA256.Digest

  private let device: UInt64
  private let inode: UInt64
  private let size: Int64
  private let modified: Int64

  /// Takes a file that is open, and will be written no more.
  init(_ digest: SHA256.Digest, of file: FileHandle) throws(Unread) {
    var status = stat()
    guard fstat(file.value, &status) == 0 else { throw Unread(code: errno) }
    self.digest = digest
    (device, inode, size) = (UInt64(status.st_dev), UInt64(status.st_ino), Int64(status.st_size))
    modified = Self.nanoseconds(status.st_mtim)
  }

  /// Whether a file found on the disk is this one, and nobody wrote to it since.
  func isStill(_ status: stat) -> Bool {
    UInt64(status.st_dev) == device && UInt64(status.st_ino) == inode
      && Int64(status.st_size) == size && Self.nanoseconds(status.st_mtim) == modified
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
