import CZlib
import Glibc
import OutsideWorld
import TISBackupCore

/// Reads a gzip file of anybody to its end: every member, every checksum (RFC 1952).
package struct GzipReader: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// Gives the content piece by piece to `take`, which may refuse: then reading stops, and false
  /// comes back.
  ///
  /// Throws `.unproven` when the file is cut short, damaged, followed by something else or on a part
  /// of the disk that cannot be read, and `.storage` when it cannot be looked at.
  @discardableResult
  package func read(_ take: (UnsafeRawBufferPointer) -> Bool) throws(BackupError) -> Bool {
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard opened >= 0 else { throw .system("cannot read '\(path)'") }
    let file = FileHandle(opened)
    posix_fadvise(file.value, 0, 0, Int32(POSIX_FADV_SEQUENTIAL))
    let inflater = try Inflater()
    var compressed = [UInt8](repeating: 0, count: 256 << 10)
    var (isInside, members) = (false, 0)
    while true {
      let count = Glibc.read(file.value, &compressed, compressed.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Unread(code: errno).proofError(about: path) }
      guard count > 0 else { break }
      var rest = compressed[..<count]
      while !rest.isEmpty {
        if !isInside && members > 0 {
          // tar and tapes pad files with zeros, which gzip passes over too.
          rest = rest.drop { $0 == 0 }
          if rest.isEmpty { break }
        }
        isInside = true
        switch inflater.inflate(rest, take: take) {
        case .hungry: rest = []
        case .ended(let left):
          (isInside, rest, members) = (false, rest.suffix(left), members + 1)
          inflater.reset()
        case .broken:
          throw BackupError(.unproven, members > 0 ? .garbage(path) : .damaged(path))
        case .stopped: return false
        }
      }
    }
    guard !isInside, members > 0 else { throw BackupError(.unproven, .cutShort(path)) }
    return true
  }
}

extension GzipReader {
  /// Reads all of it on a thread of its own, and gives how the content begins and ends.
  ///
  /// Throws as ``read(_:)`` does, and `.interrupted` soon after its task is cancelled.
  package func edges() async throws(BackupError) -> StreamEdges {
    try await ReadingThreads.run { time throws(BackupError) in
      var edges = StreamEdges()
      let isWhole = try read { piece in
        edges.take(piece)
        return !time.isCancelled
      }
      guard isWhole else { throw BackupError(.interrupted, .interrupted(path)) }
      return edges
    }
  }
}

extension BackupError.Message {
  fileprivate static func interrupted(_ path: String) -> Self {
    "interrupted while '\(path)' was read"
  }
  fileprivate static func damaged(_ path: String) -> Self {
    "'\(path)' is damaged: it does not inflate to what its checksum says"
  }
  fileprivate static func garbage(_ path: String) -> Self {
    "'\(path)' is followed by something that is no gzip"
  }
  fileprivate static func cutShort(_ path: String) -> Self { "'\(path)' is cut short" }
}
