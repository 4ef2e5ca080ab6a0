import TISBackupCore

extension Configuration {
  /// A configuration from its text, as if it had been read from `tisbackup-config.ini`.
  package static func parse(_ text: String, base: String? = nil) throws(BackupError)
    -> Configuration
  {
    try Configuration(
      document: INIDocument(parsing: Array(text.utf8), path: "tisbackup-config.ini"), base: base)
  }

  /// The only section of a text that stands below a usable `[global]`.
  package static func section(_ text: String, base: String = "/backup") throws -> Section {
    let head = """
      [global]
      backup_base_dir = \(base)
      backup_retention_time = 30
      maximum_backup_age = 30

      """
    let configuration = try parse(head + text)
    guard let section = configuration.sections.first else {
      throw BackupError(.usage, "the text has no section")
    }
    return section
  }
}
