import Glibc
import OutsideWorld
import TISBackupCore

/// Exports of virtual machines, whatever they are compressed with: every chunk of every disk.
package enum XVAProof: ArtifactProof {
  package static let types: [BackupType] = [.xenXVA]

  package static func prove(_ location: String, using world: World) async throws(BackupError)
    -> String?
  {
    try await content(of: location).sentence
  }

  /// Reads a stored export to its end, on a thread of its own.
  ///
  /// Throws `.unproven` when it is not whole, or on a part of the disk that cannot be read, `.storage`
  /// when it cannot be looked at, and `.interrupted` soon after its task is cancelled.
  package static func content(of path: String) async throws(BackupError) -> XVAContent {
    try await ReadingThreads.run { time throws(BackupError) in
      let opened = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      guard opened >= 0 else { throw .system("cannot read '\(path)'") }
      let file = FileHandle(opened)
      posix_fadvise(file.value, 0, 0, Int32(POSIX_FADV_SEQUENTIAL))
      let reader = try XVAReader(of: path)
      var buffer = [UInt8](repeating: 0, count: 256 << 10)
      while true {
        if time.isCancelled { throw BackupError(.interrupted, .interrupted(path)) }
        let count = read(file.value, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw Unread(code: errno).proofError(about: path) }
        guard count > 0 else { return try reader.finish() }
        let taken = buffer[..<count].withUnsafeBytes { bytes in
          Result { () throws(BackupError) in try reader.take(bytes) }
        }
        try taken.get()
      }
    }
  }
}

extension BackupError.Message {
  fileprivate static func interrupted(_ path: String) -> Self {
    "interrupted while '\(path)' was read"
  }
}
