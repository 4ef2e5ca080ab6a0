import OutsideWorld
import TISBackupCore

/// A driver that copies into a subvolume of btrfs as another one copies into a folder, and keeps
/// snapshots of that.
package protocol SubvolumeDriver: BackupDriver {
  associatedtype Copy: BackupDriver

  /// The name of the section, for messages.
  var section: String { get }
  /// Who copies.
  var copy: Copy { get }
}

extension SubvolumeDriver {
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
