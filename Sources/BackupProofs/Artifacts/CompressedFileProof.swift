import OutsideWorld
import TISBackupCore

/// Single gzip files: the checksum at their end covers all of them.
package enum CompressedFileProof: ArtifactProof {
  package static let types: [BackupType] = [.sqlserverSSH]

  package static func prove(_ location: String, using world: World) async throws(BackupError)
    -> String?
  {
    try await prove(location)
    return "whole"
  }

  /// Inflates a file to its end.
  static func prove(_ path: String) async throws(BackupError) {
    _ = try await GzipReader(path: path).edges()
  }
}
