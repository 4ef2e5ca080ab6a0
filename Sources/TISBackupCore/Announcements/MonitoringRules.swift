import Glibc

/// Everything that can be wrong with the monitoring ini: pure, so every rule is a table test.
enum MonitoringRules {
  static func problems(of settings: MonitoringSettings) -> [ConfigurationProblem] {
    globals(of: settings) + settings.targets.flatMap { target($0) }
      + (settings.targets.isEmpty ? [noTarget(settings)] : [])
  }

  private static func globals(of settings: MonitoringSettings) -> [ConfigurationProblem] {
    let known = Dictionary(uniqueKeysWithValues: Key.announcements.map { ($0.name, $0) })
    return settings.globals.sorted { ($0.value.line, $0.key) < ($1.value.line, $1.key) }
      .compactMap { name, value in
        let key =
          known[name]
          ?? (name.hasPrefix(Key.mapPrefix) || name.hasPrefix(Key.exportMapPrefix)
            ? Key.optional(name, .servicePair, "") : nil)
        return KeyRules.problem(
          with: value, of: name, key: key, known: Array(known.keys) + ["map_SECTION"],
          in: "global", of: settings.path)
      }
  }

  private static func target(_ target: Section) -> [ConfigurationProblem] {
    let place = "\(target.path):\(target.line)"
    guard let type = SubmitterTypes.named(target.typeName) else {
      return [unknownType(of: target)]
    }
    guard isName(target.name) else {
      return [
        ConfigurationProblem(
          .error, section: target.name, place: place, "is not a name for a target",
          hint: "Use letters, digits, '_', '-' and '.', not beginning with a dot.")
      ]
    }
    let problems =
      KeyRules.missing(of: target, type.schema) + KeyRules.values(of: target, type.schema)
    guard problems.allSatisfy({ $0.severity != .error }), let problem = type.problem(target) else {
      return problems
    }
    return problems + [
      ConfigurationProblem(
        .error, section: target.name, place: place, problem.message, hint: problem.hint)
    ]
  }

  /// Names of targets become names of lock files.
  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix(".")
      && name.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || "_-.".utf8.contains(byte)
      }
  }

  private static func unknownType(of target: Section) -> ConfigurationProblem {
    let known = SubmitterTypes.all.map(\.name)
    let name = target.typeName
    let nearest = Suggestion.nearest(to: name, among: known)
    return ConfigurationProblem(
      .error, section: target.name, place: target.place(of: .submitterType),
      name.isEmpty ? "needs the key 'type'" : "asks for the unknown type '\(name)'",
      hint: (nearest.map { "Did you mean '\($0)'? " } ?? "")
        + "Use one of \(known.joined(separator: ", ")).")
  }

  private static func noTarget(_ settings: MonitoringSettings) -> ConfigurationProblem {
    ConfigurationProblem(
      .warning, place: settings.path, "has no target, so nothing is announced",
      hint: "Add one: [icinga] with type = icinga2 and url, user, password_file.")
  }

  /// A file with passwords in it should be its owner's alone.
  static func openSecrets(in settings: MonitoringSettings) -> ConfigurationProblem? {
    var status = stat()
    guard stat(settings.path, &status) == 0, status.st_mode & 0o077 != 0 else { return nil }
    for target in settings.targets {
      let secrets = SubmitterTypes.named(target.typeName)?.keys.filter(\.isSecret) ?? []
      if let secret = secrets.first(where: { target.values[$0.name] != nil }) {
        return ConfigurationProblem(
          .warning, place: settings.path,
          "holds '\(secret.name)' of [\(target.name)] and others than its owner may read it",
          hint: "Run 'chmod 600 \(settings.path)', or name a file with '\(secret.name)_file'.")
      }
    }
    return nil
  }

  /// Names of services that cannot be, and two subjects that would overwrite each other.
  static func nameProblems(
    of settings: MonitoringSettings, for sections: [Section], backupHost: String
  ) -> [ConfigurationProblem] {
    let refused = settings.namedSubjects(of: sections, backupHost: backupHost).compactMap {
      if case .refused(let problem) = $0.naming { problem } else { nil }
    }
    return refused.filter { !settings.problems.contains($0) } + strayMaps(in: settings, sections)
  }

  /// A map of a section that is not there is a slip of the pen.
  private static func strayMaps(in settings: MonitoringSettings, _ sections: [Section])
    -> [ConfigurationProblem]
  {
    let known = Set(sections.map { $0.name.lowercased() })
    return settings.globals.sorted { $0.value.line < $1.value.line }.compactMap { key, value in
      let prefixes = [Key.exportMapPrefix, Key.mapPrefix]
      guard let prefix = prefixes.first(where: key.hasPrefix) else { return nil }
      let name = String(key.dropFirst(prefix.count))
      guard !known.contains(name) else { return nil }
      let nearest = Suggestion.nearest(to: name, among: sections.map(\.name))
      return ConfigurationProblem(
        .warning, place: "\(settings.path):\(value.line)",
        "[global] key '\(key)' names no section of the backup ini",
        hint: nearest.map { "Did you mean '\(prefix)\($0)'?" } ?? "Take the line away.")
    }
  }
}

extension MonitoringSettings {
  /// All that is wrong with the names these sections would be announced under.
  package func nameProblems(for sections: [Section], backupHost: String) -> [ConfigurationProblem] {
    MonitoringRules.nameProblems(of: self, for: sections, backupHost: backupHost)
  }

  /// The key that would name a subject's service.
  func mapKey(of subject: AnnouncedSubject) -> String {
    (subject.kind == .export ? Key.exportMapPrefix : Key.mapPrefix) + subject.section
  }
}
