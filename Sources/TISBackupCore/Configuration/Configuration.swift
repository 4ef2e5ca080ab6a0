import Glibc

/// An ini file, read and validated: its sections, and everything that is wrong with it.
///
/// One bad section never takes down the others: it is listed with its problems, and only work on
/// it fails.
package struct Configuration: Sendable {
  package static let defaultPath = "/etc/tis/tisbackup-config.ini"
  /// A larger file is not an ini file somebody wrote.
  private static let sizeLimit = 32 << 20

  package var path: String
  package var globals: [String: Section.Value]
  /// All backups in the order of the file; `[global]` is none.
  package var sections: [Section]
  package var problems: [ConfigurationProblem]
  /// The folder that holds a folder for each section, and the catalog.
  package var layout: DiskLayout
  /// Who is owed what is written to the catalog.
  package var audience: Audience = .nobody

  /// The file that is meant: the one on the command line, else `$TISBACKUP_CONFIG`, else the
  /// default.
  package static func path(chosen: String?) -> String {
    if let chosen { return chosen }
    let variable = getenv("TISBACKUP_CONFIG").map { String(cString: $0) } ?? ""
    return variable.isEmpty ? defaultPath : variable
  }

  /// Reads the file at `path`; `base` overrides its `backup_base_dir`.
  ///
  /// Throws when the file cannot be read or names no base folder: then nothing can be done at all.
  package init(path: String, base: String? = nil) throws(BackupError) {
    let bytes = try Self.read(path)
    try self.init(document: INIDocument(parsing: bytes, path: path), base: base)
    if let problem = secretsOpenToOthers() { problems.append(problem) }
  }

  /// Takes over what was parsed; the text never touches the disk in tests.
  package init(document: INIDocument, base: String? = nil) throws(BackupError) {
    var reader = ConfigurationReader(document)
    (path, globals, sections) = (document.path, reader.readGlobals(), reader.readSections())
    let override = base.map(DiskPath.absolute)
    guard let folder = override ?? globals[Key.backupBaseDir.name]?.text, !folder.isEmpty else {
      throw BackupError(.configuration, .noBase(document.path), hint: .addBase)
    }
    guard folder.hasPrefix("/") else {
      throw BackupError(.configuration, .relativeBase(folder, document.path), hint: .addBase)
    }
    layout = DiskLayout(base: DiskPath.trimmed(folder))
    problems = reader.problems + ConfigurationRules.problems(of: sections, in: layout)
    problems.append(contentsOf: ConfigurationRules.problems(ofGlobals: globals, path: path))
  }

  /// What a key of `[global]` alone comes to: the value that stands there, else the default.
  ///
  /// A value that is not of its form is told as a problem, and the default holds.
  package func global(_ key: Key) -> String? {
    guard let text = globals[key.name]?.text, !text.isEmpty, key.problem(with: text) == nil else {
      return key.fallback
    }
    return text
  }

  /// Opens the catalog.
  package func catalog(_ access: Catalog.Access, zone: LocalZone) throws(BackupError) -> Catalog {
    try Catalog(path: layout.catalog, access: access, zone: zone, audience: audience)
  }

  /// What makes work on a section impossible; empty for a sound one.
  package func errors(of section: Section) -> [ConfigurationProblem] {
    problems.filter { $0.section == section.name && $0.severity == .error }
  }

  private static func read(_ path: String) throws(BackupError) -> [UInt8] {
    do throws(BackupError) {
      return try SmallFile.bytes(at: path, limit: sizeLimit)
    } catch {
      throw BackupError(
        .configuration, .unreadable(path, error.message.text),
        hint: .nameTheFile)
    }
  }

  /// A file with passwords in it should be its owner's alone.
  private func secretsOpenToOthers() -> ConfigurationProblem? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & 0o004 != 0 else { return nil }
    let secrets = sections.flatMap { section in
      section.type.map { type in
        KeySchema.of(type).secrets.filter { section.values[$0.name] != nil }
      } ?? []
    }
    guard let first = secrets.first else { return nil }
    return ConfigurationProblem(
      .warning, place: path, "holds '\(first.name)' and every user may read it",
      hint:
        "Run 'chmod o-r \(path)', or move the secret to a file and name it with '\(first.name)_file'."
    )
  }
}

extension BackupError.Message {
  fileprivate static func unreadable(_ path: String, _ reason: String) -> Self {
    "cannot use the configuration: \(reason)"
  }
  fileprivate static let nameTheFile: Self =
    "Name the ini file with --config FILE, or put it at /etc/tis/tisbackup-config.ini."
  fileprivate static func noBase(_ path: String) -> Self {
    "\(path): section [global] needs the key 'backup_base_dir'"
  }
  fileprivate static func relativeBase(_ base: String, _ path: String) -> Self {
    "\(path): section [global] key 'backup_base_dir': '\(base)' is not an absolute path"
  }
  fileprivate static let addBase: Self =
    "Add 'backup_base_dir = /backup/data' under [global], or give --backup-dir DIR."
}
