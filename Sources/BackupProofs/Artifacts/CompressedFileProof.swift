import OutsideWorld
import TISBackupCore

/// Backups of Microsoft SQL Server in single gzip files: the checksum at the end covers all of it, and
/// it begins as such a backup does.
package enum CompressedFileProof: ArtifactProof {
  package static let types: [BackupType] = [.sqlserverSSH]

  package static func prove(_ location: String, using world: World) async throws(BackupError)
    -> String?
  {
    try await prove(location, [.sqlserver])
    return "whole"
  }

  /// Inflates a file to its end; it must begin as one of `formats` does.
  static func prove(_ path: String, _ formats: [DumpFormat]) async throws(BackupError) {
    let edges = try await GzipReader(path: path).edges()
    guard let format = DumpFormat(of: edges), formats.contains(format) else {
      throw BackupError(.unproven, .foreign(path))
    }
  }
}

extension BackupError.Message {
  fileprivate static func foreign(_ path: String) -> Self {
    "'\(path)' does not begin as a database does"
  }
}
