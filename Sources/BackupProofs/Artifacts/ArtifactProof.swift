import OutsideWorld
import TISBackupCore

/// One way of proving that what a type leaves on disk is whole, from its content alone.
///
/// One conforming type per file, listed in ``ArtifactProofs/all``. That it is still what was
/// recorded when it was taken is for ``FileManifest`` to tell, whatever the type.
package protocol ArtifactProof: Sendable {
  /// The types whose backups it proves.
  static var types: [BackupType] { get }

  /// Reads the backup at `location` to its end.
  ///
  /// Returns what was shown, as the end of a sentence; nil when content of this kind says nothing
  /// of its own completeness. Throws `.unproven` when it is not whole, and anything else when
  /// nobody here can tell.
  static func prove(_ location: String, using world: World) async throws(BackupError) -> String?
}

/// All proofs of this suite; to add one is a file of its own and one line here.
package enum ArtifactProofs {
  package static let all: [any ArtifactProof.Type] = [
    FileTreeProof.self, DumpFolderProof.self, CompressedFolderProof.self, CompressedFileProof.self,
    XVAProof.self, PoolDatabaseProof.self, SwitchFileProof.self,
  ]

  /// The proof of a type; nil for one that leaves nothing on disk.
  package static func proof(of type: BackupType) -> (any ArtifactProof.Type)? {
    all.first { $0.types.contains { $0.name == type.name } }
  }
}
