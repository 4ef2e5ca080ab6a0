import Glibc

/// The monitoring ini: where results are announced, and under which names.
///
/// A file of its own beside the backup ini, because it holds secrets, and because TISBackup stops
/// at sections and keys it does not know.
package struct MonitoringSettings: Sendable {
  /// The name of the file where nothing names another, beside the backup ini.
  package static let fileName = "tisbackup-monitoring.ini"
  private static let sizeLimit = 4 << 20

  package var path: String
  package var globals: [String: Section.Value]
  /// One section a target, in the order of the file.
  package var targets: [Section]
  /// Everything that is wrong with the file itself.
  package var problems: [ConfigurationProblem]

  /// Reads the file; throws when that is not possible at all.
  package init(path: String) throws(BackupError) {
    do throws(BackupError) {
      self.init(
        document: INIDocument(
          parsing: try SmallFile.bytes(at: path, limit: Self.sizeLimit), path: path))
    } catch {
      throw BackupError(
        .configuration, .unreadable(error.message.text), hint: error.hint ?? .nameTheFile)
    }
    if let problem = MonitoringRules.openSecrets(in: self) { problems.append(problem) }
  }

  /// Takes over what was parsed; the text never touches the disk in tests.
  package init(document: INIDocument) {
    var reader = ConfigurationReader(document)
    (path, globals, targets) = (document.path, reader.readGlobals(), reader.readSections())
    problems = reader.problems
    problems += MonitoringRules.problems(of: self)
  }

  /// What holds without a file: the names, and no target.
  package static var defaults: MonitoringSettings {
    MonitoringSettings(document: INIDocument(parsing: [], path: fileName))
  }

  /// The file that is meant: the one on the command line, else that of the backup ini, else the
  /// one beside it if it exists; nil for none.
  package static func path(chosen: String?, for configuration: Configuration) -> String? {
    if let chosen { return chosen }
    if let named = configuration.globals[Key.monitoringConfig.name]?.text, !named.isEmpty {
      return named
    }
    let beside = DiskPath.parent(of: DiskPath.absolute(configuration.path)) + "/" + fileName
    return access(beside, F_OK) == 0 ? beside : nil
  }

  /// The values of `[global]`, with the defaults of the schema.
  var global: Section { Section(name: "global", path: path, values: globals) }

  /// Seconds a target has.
  package var timeout: Int { (try? global.seconds(.submissionTimeout)) ?? 10 }

  /// Seconds a result may be older than its section's limit before it is stale.
  package var ttlMargin: Int { (try? global.seconds(.ttlMargin)) ?? 7200 }

  /// Whether the exports of sections, or of some, are announced.
  package var announcesExports: Bool {
    isGiven(global.text(.announcedExport))
      || globals.contains { $0.key.hasPrefix(Key.exportMapPrefix) && isGiven($0.value.text) }
  }

  /// Whether there is a service for all sections together.
  package var announcesSummary: Bool { isGiven(global.text(.announcedSummary)) }

  /// Whether a name is one, and not the word that silences.
  func isGiven(_ text: String?) -> Bool { text.map { $0.lowercased() != "off" } ?? false }

  /// What makes a target unusable; empty for a sound one.
  package func errors(of target: Section) -> [ConfigurationProblem] {
    problems.filter { $0.section == target.name && $0.severity == .error }
  }
}

extension BackupError.Message {
  fileprivate static func unreadable(_ reason: String) -> Self {
    "cannot use the monitoring configuration: \(reason)"
  }
  fileprivate static let nameTheFile: Self =
    "Name it with --monitoring FILE or 'monitoring_config' in [global], or take that name away."
}
