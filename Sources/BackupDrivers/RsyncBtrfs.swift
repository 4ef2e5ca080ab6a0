import TISBackupCore

/// Copies a folder from an rsync daemon into a subvolume of btrfs, and keeps snapshots of that.
package struct RsyncBtrfs: SubvolumeDriver {
  package static let type = BackupType.rsyncBtrfs

  package let section: String
  package let copy: Rsync

  package init(_ section: Section) throws(BackupError) {
    self.section = section.name
    copy = try Rsync(section)
  }
}
