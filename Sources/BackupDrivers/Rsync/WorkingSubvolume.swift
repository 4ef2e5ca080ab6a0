import OutsideWorld
import TISBackupCore

/// The subvolume that is kept like the folder of a machine, and of which every backup is a read-only
/// snapshot.
///
/// A run that is stopped leaves it half way between two states, which the next run goes on from: a
/// snapshot is made only of one that a copy has ended in.
struct WorkingSubvolume {
  let section: String
  let workspace: Workspace

  private var path: String { "\(workspace.folder)/\(DiskLayout.workingSubvolume)" }

  /// Copies into it by `copy`, then makes the backup of what it holds.
  func backUp(_ copy: (Workspace) async throws(BackupError) -> Outcome) async throws(BackupError)
    -> Outcome
  {
    try prepare()
    let outcome = try await copy(inside)
    try Subvolume.copy(path, to: workspace.partial, readOnly: true)
    return outcome
  }

  /// The workspace of a copy into it: it has its unchanged files, and needs no links to others.
  var inside: Workspace {
    var workspace = workspace
    workspace.partial = path
    workspace.linkTargets = []
    return workspace
  }

  private func prepare() throws(BackupError) {
    guard !Subvolume.exists(path) else { return }
    guard !DiskPath.exists(path) else {
      throw BackupError(.storage, .isFolder(section, path), hint: .moveAway)
    }
    guard Subvolume.canBeMade(in: workspace.folder) else {
      throw BackupError(.storage, .notBtrfs(section, workspace.folder), hint: .useBtrfs)
    }
    // What was lost is in the newest backup: the machine sends only what changed since.
    guard let newest = workspace.linkTargets.first(where: Subvolume.exists) else {
      return try Subvolume.make(path)
    }
    try Subvolume.copy(newest, to: path, readOnly: false)
  }
}

extension BackupError.Message {
  fileprivate static func isFolder(_ section: String, _ path: String) -> Self {
    "section [\(section)]: '\(path)' is no subvolume of btrfs, so no snapshot can be made of it"
  }
  fileprivate static let moveAway: Self =
    "Move it away: the next run makes a subvolume there, of the newest backup when that is one."
  fileprivate static func notBtrfs(_ section: String, _ folder: String) -> Self {
    "section [\(section)]: '\(folder)' does not lie on btrfs, as its 'type' needs"
  }
  fileprivate static let useBtrfs: Self =
    "Mount a btrfs there, set 'backup_dir' to a folder on one, or use the type without '+btrfs', which links unchanged files on any file system."
}
