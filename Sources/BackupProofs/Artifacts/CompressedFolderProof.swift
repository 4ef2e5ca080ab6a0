import OutsideWorld
import TISBackupCore

/// Folders of Samba's databases, each in a gzip file: as good as their worst file.
///
/// Those of TISBackup are copies of `tdbbackup` too.
package enum CompressedFolderProof: ArtifactProof {
  package static let types: [BackupType] = [.samba4]

  package static func prove(_ location: String, using world: World) async throws(BackupError)
    -> String?
  {
    let names = DiskLayout.names(in: location).filter { $0.hasSuffix(".gz") }
    guard !names.isEmpty else { throw BackupError(.unproven, .nothing(location)) }
    for name in names {
      try await CompressedFileProof.prove("\(location)/\(name)", [.tdb, .lmdb])
    }
    return "\(names.count) \(names.count == 1 ? "file" : "files") whole"
  }
}

extension BackupError.Message {
  fileprivate static func nothing(_ location: String) -> Self {
    "'\(location)' holds no compressed file"
  }
}
