import TISBackupCore

/// Which databases of a server a section means.
package struct DatabaseSelection: Sendable, Equatable {
  /// The only one, by its name.
  package var only: String?
  private var included: [Glob]
  private var excluded: [Glob]
  private let section: String

  package init(_ section: Section) throws(BackupError) {
    only = section.text(.dbName)
    included = try section.names(.dbInclude)
    excluded = try section.names(.dbExclude)
    self.section = section.name
  }

  /// The databases to dump of those that are there, in the order of their names.
  ///
  /// `system` are the server's own: left out, unless the ini gives their very name. Throws when
  /// none is left, or the only one is not there: an empty backup is no backup.
  package func choose(from present: [String], system: Set<String>) throws(BackupError) -> [String] {
    if let only {
      guard present.contains(only) else {
        throw BackupError(
          .driver, .missing(only, section), hint: .present(present.filter { !system.contains($0) }))
      }
      return [only]
    }
    let chosen = present.filter { name in
      isIncluded(name, isSystem: system.contains(name)) && !excluded.contains { $0.matches(name) }
    }
    guard !chosen.isEmpty else {
      throw BackupError(.driver, .noneLeft(section), hint: .present(present))
    }
    return chosen.sorted()
  }

  private func isIncluded(_ name: String, isSystem: Bool) -> Bool {
    if isSystem { return included.contains { $0.isLiteral && $0.matches(name) } }
    return included.isEmpty || included.contains { $0.matches(name) }
  }
}

extension BackupError.Message {
  fileprivate static func missing(_ database: String, _ section: String) -> Self {
    "section [\(section)]: there is no database '\(database)' on the server, or db_user may not see it"
  }
  fileprivate static func noneLeft(_ section: String) -> Self {
    "section [\(section)]: no database is left to dump"
  }
  fileprivate static func present(_ names: [String]) -> Self {
    names.isEmpty
      ? "The server shows none to this login: check its rights."
      : "The server shows \(names.prefix(20).map { "'\($0)'" }.joined(separator: ", "))\(names.count > 20 ? " and more" : ""): check db_name, db_include and db_exclude."
  }
}
