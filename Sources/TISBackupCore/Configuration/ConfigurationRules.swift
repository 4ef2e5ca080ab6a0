/// Everything that can be wrong with sections that were read: pure, so every rule is a table test.
enum ConfigurationRules {
  static func problems(of sections: [Section], in layout: DiskLayout) -> [ConfigurationProblem] {
    sections.flatMap { problems(of: $0) } + sharedFolders(of: sections, in: layout)
  }

  static func problems(ofGlobals globals: [String: Section.Value], path: String)
    -> [ConfigurationProblem]
  {
    let known = globalKeys()
    return globals.sorted { $0.value.line < $1.value.line }.compactMap { name, value in
      KeyRules.problem(
        with: value, of: name, key: known[name], known: Array(known.keys), in: "global", of: path)
    }
  }

  /// Every key `[global]` may have, under the name it has there.
  private static func globalKeys() -> [String: Key] {
    var known = Dictionary(uniqueKeysWithValues: Key.globalOnly.map { ($0.name, $0) })
    for key in BackupTypes.all.flatMap(\.allKeys) {
      if let name = key.globalName { known[name] = key }
    }
    return known
  }

  private static func problems(of section: Section) -> [ConfigurationProblem] {
    let place = "\(section.path):\(section.line)"
    if let problem = nameProblem(section, place) { return [problem] }
    guard let type = section.type else { return [typeProblem(section, place)] }
    let schema = KeySchema.of(type)
    return KeyRules.missing(of: section, schema) + KeyRules.values(of: section, schema)
      + LimitRules.problems(of: section)
  }

  /// Names become folders, so what TISBackup allows is further limited to what is safe there.
  private static func nameProblem(_ section: Section, _ place: String) -> ConfigurationProblem? {
    let name = section.name
    let allowed = name.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
        || [0x5f, 0x2d, 0x2e].contains($0)
    }
    guard !allowed || name.isEmpty || name.hasPrefix(".") || name == "log" else { return nil }
    return ConfigurationProblem(
      .error, section: name, place: place,
      name == "log" ? "is the name of the folder of the catalog" : "is not a name for a backup",
      hint: "Use letters, digits, '_', '-' and '.', not beginning with a dot.")
  }

  private static func typeProblem(_ section: Section, _ place: String) -> ConfigurationProblem {
    let known = BackupTypes.all.map(\.name)
    guard !section.typeName.isEmpty else {
      return ConfigurationProblem(
        .error, section: section.name, place: place, "needs the key 'type'",
        hint: "Use one of \(known.joined(separator: ", ")).")
    }
    let nearest = Suggestion.nearest(to: section.typeName, among: known)
    return ConfigurationProblem(
      .error, section: section.name, place: section.place(of: .type),
      "asks for the unknown type '\(section.typeName)'",
      hint: (nearest.map { "Did you mean '\($0)'? " } ?? "")
        + "Use one of \(known.joined(separator: ", ")).")
  }

  /// Two sections in one folder would take each other's backups for their own, and delete them.
  private static func sharedFolders(of sections: [Section], in layout: DiskLayout)
    -> [ConfigurationProblem]
  {
    var owners: [String: String] = [:]
    return sections.compactMap { section in
      let folder = layout.folder(of: section)
      guard let owner = owners[folder] else {
        owners[folder] = section.name
        return nil
      }
      return ConfigurationProblem(
        .error, section: section.name, place: section.place(of: .backupDir),
        "has the same folder '\(folder)' as [\(owner)]",
        hint: "Give one of them another backup_dir.")
    }
  }
}
