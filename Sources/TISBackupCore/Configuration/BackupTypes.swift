/// All types an ini file may name; to add one is a file of its own and one line here.
package enum BackupTypes {
  package static let all: [BackupType] = [
    .null, .rsync, .rsyncSSH, .rsyncBtrfs, .rsyncBtrfsSSH, .mysqlSSH, .pgsqlSSH, .samba4,
    .sqlserverSSH, .xenXVA, .xenMetadata, .copyVM, .switchConfiguration,
  ]

  package static func named(_ name: String) -> BackupType? {
    all.first { $0.name == name || $0.aliases.contains(name) }
  }
}
