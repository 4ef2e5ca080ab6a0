import OutsideWorld
import TISBackupCore

/// Copies a folder from an rsync daemon into a subvolume of btrfs, and keeps snapshots of that.
package struct RsyncBtrfs: BackupDriver {
  package static let type = BackupType.rsyncBtrfs

  private let section: String
  private let copy: Rsync

  package init(_ section: Section) throws(BackupError) {
    self.section = section.name
    copy = try Rsync(section)
  }

  package func backUp(into workspace: Workspace, using world: World) async throws(BackupError)
    -> Outcome
  {
    try await subvolume(workspace).backUp { (inside) throws(BackupError) in
      try await copy.backUp(into: inside, using: world)
    }
  }

  package func preview(into workspace: Workspace) -> [Invocation] {
    copy.preview(into: subvolume(workspace).inside)
  }

  package func testConnection(using world: World) async throws(BackupError) -> [String] {
    try await copy.testConnection(using: world)
  }

  private func subvolume(_ workspace: Workspace) -> WorkingSubvolume {
    WorkingSubvolume(section: section, workspace: workspace)
  }
}
