import TISBackupCore

/// Copies a folder with rsync over ssh into a subvolume of btrfs, and keeps snapshots of that.
package struct RsyncBtrfsSSH: SubvolumeDriver {
  package static let type = BackupType.rsyncBtrfsSSH

  package let section: String
  package let copy: RsyncSSH

  package init(_ section: Section) throws(BackupError) {
    self.section = section.name
    copy = try RsyncSSH(section)
  }
}
