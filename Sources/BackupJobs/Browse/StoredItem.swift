import Glibc
import TISBackupCore

/// A file or a folder in a backup, by descriptor: no link is followed on the way, so that nothing
/// outside of the backup is ever shown, whatever a backup holds.
package final class StoredItem: Sendable {
  /// Why something in a backup cannot be looked at.
  package enum Problem: Error, Sendable {
    case missing, forbidden, link
    /// Neither a file nor a folder.
    case special
  }

  /// What a name in a folder stands for.
  package enum Kind: Sendable { case file, folder, link, special }

  let descriptor: Int32
  package let kind: Kind
  /// Bytes.
  package let size: Int64

  /// Opens what lies at `path`, names as bytes, below the backup `root`.
  package init(root: String, path: [[UInt8]]) throws(Problem) {
    var opened = open(root, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    for name in path where opened >= 0 {
      let folder = opened
      opened = openat(folder, Self.text(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      let error = errno
      close(folder)
      errno = error
    }
    guard opened >= 0 else { throw Self.problem(errno) }
    var status = stat()
    fstat(opened, &status)
    kind = Self.kind(status.st_mode)
    (descriptor, size) = (opened, Int64(status.st_size))
    guard kind == .file || kind == .folder else { throw .special }
  }

  deinit { close(descriptor) }

  /// Reads so many bytes from a place; fewer at the end, nil when the disk fails.
  package func read(_ count: Int, from offset: Int64) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = bytes.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress, count, off_t(offset))
    }
    return got < 0 ? nil : Array(bytes.prefix(got))
  }

  static func text(_ name: [UInt8]) -> [CChar] { name.map { CChar(bitPattern: $0) } + [0] }

  static func kind(_ mode: mode_t) -> Kind {
    switch mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .folder
    case S_IFLNK: .link
    default: .special
    }
  }

  private static func problem(_ code: Int32) -> Problem {
    switch code {
    case EACCES, EPERM: .forbidden
    case ELOOP: .link
    // A socket, or a device without its driver.
    case ENXIO: .special
    default: .missing
    }
  }
}
