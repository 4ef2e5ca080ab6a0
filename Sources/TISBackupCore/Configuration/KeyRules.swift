/// What can be wrong with keys and their values, whatever file they stand in.
enum KeyRules {
  /// So many keys can be told in a hint; more are for `--list-drivers`.
  private static let listed = 20

  /// The required keys a section lacks.
  static func missing(of section: Section, _ schema: KeySchema) -> [ConfigurationProblem] {
    schema.required.compactMap { key in
      do throws(BackupError) {
        _ = try section.require(key)
        return nil
      } catch {
        return ConfigurationProblem(
          .error, section: section.name, place: "\(section.path):\(section.line)",
          "needs the key '\(key.name)'", hint: error.hint?.text)
      }
    }
  }

  /// The keys nobody reads, and the values nobody understands, in the order of the file.
  static func values(of section: Section, _ schema: KeySchema) -> [ConfigurationProblem] {
    section.values.sorted { ($0.value.line, $0.key) < ($1.value.line, $1.key) }
      .compactMap { name, value in
        problem(
          with: value, of: name, key: schema.byName[name], known: schema.byName.keys.sorted(),
          in: section.name, of: section.path)
      }
  }

  /// What is wrong with one key and its value; `section` may be `global`.
  ///
  /// Nearly all are right: names and places are written only where something is wrong.
  static func problem(
    with value: Section.Value, of name: String, key: Key?, known: @autoclosure () -> [String],
    in section: String, of path: String
  ) -> ConfigurationProblem? {
    if let key, value.text.isEmpty || name != key.name && name != key.globalName { return nil }
    let problem = key?.problem(with: value.text)
    guard key == nil || problem != nil else { return nil }
    let (isGlobal, place) = (section == "global", "\(path):\(value.line)")
    let owner = isGlobal ? nil : section
    guard let key, let problem else {
      // A key nobody reads: TISBackup stops at one in a section, so it is never passed over.
      let known = known().sorted()
      let nearest = Suggestion.nearest(to: name, among: known)
      return ConfigurationProblem(
        .warning, section: owner, place: place,
        (isGlobal ? "[global] " : "") + "unknown key '\(name)'",
        hint: nearest.map { "Did you mean '\($0)'?" }
          ?? (known.count > listed
            ? "Remove it, or see 'tisbackup-run --list-drivers'."
            : "Remove it, or use one of \(known.joined(separator: ", "))."))
    }
    let shown = key.isSecret ? "***" : value.text
    return ConfigurationProblem(
      .error, section: owner, place: place,
      (isGlobal ? "[global] " : "") + "key '\(name)': '\(shown)' \(problem.message)",
      hint: problem.hint)
  }
}
