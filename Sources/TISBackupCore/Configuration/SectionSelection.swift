/// Which sections a command line means: names, comma lists and `*` globs.
package struct SectionSelection: Sendable, Equatable {
  /// Patterns of `-s`; none means all sections.
  package var included: [String]
  /// Patterns of `-x`.
  package var excluded: [String]

  package init(included: [String] = [], excluded: [String] = []) {
    self.included = included.flatMap(Self.list)
    self.excluded = excluded.flatMap(Self.list)
  }

  /// The chosen sections in the order of the file.
  ///
  /// Throws when a name that is not a pattern is not there, or when nothing is left: a mistyped
  /// name must never look like a backup that is well.
  package func choose(from sections: [Section], in path: String) throws(BackupError) -> [Section] {
    guard !sections.isEmpty else {
      throw BackupError(.configuration, .noSections(path), hint: .addSection)
    }
    for pattern in included + excluded where Glob(pattern).isLiteral {
      guard sections.contains(where: { $0.name == pattern }) else {
        throw BackupError(
          .usage, .unknownSection(pattern, path), hint: .known(sections.map(\.name), pattern))
      }
    }
    let chosen = sections.filter { includes($0.name) }
    guard !chosen.isEmpty else {
      throw BackupError(
        .usage, .nothingChosen(path), hint: .known(sections.map(\.name), ""))
    }
    return chosen
  }

  package func includes(_ name: String) -> Bool {
    (included.isEmpty || included.contains { Glob($0).matches(name) })
      && !excluded.contains { Glob($0).matches(name) }
  }

  /// An empty text is the name of no section, not a way to say "all": a variable that a script
  /// left empty must not back up everything.
  private static func list(_ text: String) -> [String] {
    let names = text.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }
      .map { String($0.reversed().trimmingPrefix { $0 == " " }.reversed()) }
      .filter { !$0.isEmpty }
    return names.isEmpty ? [""] : names
  }
}

extension BackupError.Message {
  fileprivate static func noSections(_ path: String) -> Self { "\(path) has no sections" }
  fileprivate static let addSection: Self =
    "Add one for each machine: [web1] with type, server_name and the keys of its type."
  fileprivate static func unknownSection(_ name: String, _ path: String) -> Self {
    "section '\(name)' is not in \(path)"
  }
  fileprivate static func nothingChosen(_ path: String) -> Self {
    "no section of \(path) is left by -s and -x"
  }
  /// The known names, nearest first where one is near, at most eight of them.
  fileprivate static func known(_ names: [String], _ wanted: String) -> Self {
    let nearest = Suggestion.nearest(to: wanted, among: names)
    let listed = names.prefix(8).joined(separator: ", ")
    let more = names.count > 8 ? " +\(names.count - 8)" : ""
    return .init((nearest.map { "Did you mean '\($0)'? " } ?? "") + "Known: \(listed)\(more).")
  }
}
