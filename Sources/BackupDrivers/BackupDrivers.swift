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
  /// Throws when its type is unknown, or known but not served by this version.
  package static func make(_ section: Section) throws(BackupError) -> any BackupDriver {
    guard let driver = driver(for: section) else {
      throw BackupError(
        .driver, .notServed(section), hint: .served(all.map { $0.type.name }))
    }
    return try driver.init(section)
  }

  /// Whether this version can take backups of a section's type.
  package static func driver(for section: Section) -> (any BackupDriver.Type)? {
    all.first { $0.type.name == section.type?.name }
  }
}

extension BackupError.Message {
  fileprivate static func notServed(_ section: Section) -> Self {
    "\(section.place(of: .type)): section [\(section.name)]: this version takes no backups of type '\(section.typeName)'"
  }
  fileprivate static func served(_ types: [String]) -> Self {
    "It takes those of \(types.joined(separator: ", ")). Existing backups of the section are still checked, listed, cleaned and exported."
  }
}
