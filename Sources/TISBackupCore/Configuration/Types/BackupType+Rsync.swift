extension BackupType {
  package static let rsync = BackupType(
    name: "rsync", summary: "a folder, from an rsync daemon",
    keys: [.remoteDir, .rsyncModule, .passwordFile, .rsyncPort]
      + Key.rsyncOptions,
    artifact: .folder)

  package static let rsyncSSH = BackupType(
    name: "rsync+ssh", summary: "a folder, with rsync over ssh",
    keys: [.remoteDir, .privateKey.required, .cipherSpec] + Key.rsyncOptions,
    artifact: .folder)

  package static let rsyncBtrfs = BackupType(
    name: "rsync+btrfs", summary: "as rsync, into btrfs snapshots", keys: rsync.keys,
    artifact: .folder, keepsSubvolumes: true)

  package static let rsyncBtrfsSSH = BackupType(
    name: "rsync+btrfs+ssh", summary: "as rsync+ssh, into btrfs snapshots", keys: rsyncSSH.keys,
    artifact: .folder, keepsSubvolumes: true)
}
