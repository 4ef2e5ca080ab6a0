import OutsideWorld
import TISBackupCore

/// Folders of files: any content may be right, so only that they are not empty can be told.
package enum FileTreeProof: ArtifactProof {
  package static let types: [BackupType] = [.rsync, .rsyncSSH, .rsyncBtrfs, .rsyncBtrfsSSH]

  package static func prove(_ location: String, using world: World) async throws(BackupError)
    -> String?
  {
    guard try !FileTree.isEmpty(location) else {
      throw BackupError(.unproven, .empty(location))
    }
    return nil
  }
}

extension BackupError.Message {
  fileprivate static func empty(_ location: String) -> Self { "'\(location)' is empty" }
}
