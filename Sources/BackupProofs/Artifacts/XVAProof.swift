import Glibc
import OutsideWorld
import TISBackupCore

/// Exports of virtual machines: tar archives, which a Xen host may have compressed with gzip.
package enum XVAProof: ArtifactProof {
  package static let types: [BackupType] = [.xenXVA]

  package static func prove(_ location: String, using world: World) async throws(BackupError)
    -> String?
  {
    if try SmallFile.bytes(at: location, limit: 2) == [0x1f, 0x8b] {
      try await CompressedFileProof.prove(location)
      return "compressed and whole"
    }
    guard endsAsTar(location) else { throw BackupError(.unproven, .cutShort(location)) }
    return "ends as an archive does"
  }

  /// A tar archive ends with two blocks of zeros (POSIX `pax`, ustar interchange format).
  private static func endsAsTar(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size % 512 == 0, status.st_size >= 1024 else {
      return false
    }
    var tail = [UInt8](repeating: 1, count: 1024)
    return pread(descriptor, &tail, 1024, status.st_size - 1024) == 1024
      && tail.allSatisfy { $0 == 0 }
  }
}

extension BackupError.Message {
  fileprivate static func cutShort(_ path: String) -> Self {
    "'\(path)' is cut short: no end of archive"
  }
}
