import TISBackupCore

/// All drivers of this suite; to add one is a file of its own and one line here.
package enum BackupDrivers {
  package static let all: [any BackupDriver.Type] = [
    Null.self, Rsync.self, RsyncSSH.self, RsyncBtrfs.self, RsyncBtrfsSSH.self, MySQLSSH.self,
    PostgreSQLSSH.self, Samba4.self, SQLServerSSH.self,
    XenXVA.self, XenMetadata.self, CopyVM.self, Switch.self,
  ]

  /// The driver of a section.
  ///
  /// Throws when its type is unknown: every one of ``BackupTypes`` has a driver.
  package static func make(_ section: Section) throws(BackupError) -> any BackupDriver {
    guard let driver = driver(for: section) else {
      throw BackupError(
        .configuration, .unknownType(section), hint: .known(all.map { $0.type.name }))
    }
    return try driver.init(section)
  }

  /// What takes the backups of a section's type; nil for an unknown one.
  package static func driver(for section: Section) -> (any BackupDriver.Type)? {
    all.first { $0.type.name == section.type?.name }
  }
}

extension BackupError.Message {
  fileprivate static func unknownType(_ section: Section) -> Self {
    "\(section.place(of: .type)): section [\(section.name)]: there is no type '\(section.typeName)'"
  }
  fileprivate static func known(_ types: [String]) -> Self {
    "Use one of \(types.joined(separator: ", "))."
  }
}
