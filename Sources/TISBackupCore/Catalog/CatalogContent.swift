/// Everything that a row of a catalog holds beside who wrote it, to be put into another catalog.
package struct CatalogContent: Sendable, Equatable {
  /// How a column is read: what somebody else wrote there is forced into its kind.
  private enum Kind { case text, integer, real }

  private static let texts: Set<String> = [
    "backup_name", "server_name", "description", "backup_start", "backup_end", "status", "log",
    "backup_location", "type", "verified_at", "verified_status", "verified_log",
  ]
  private static let reals: Set<String> = ["backup_duration", "restore_seconds"]
  /// Lower-cased; who wrote a row means nothing in another catalog.
  static let columns =
    CatalogSchema.columns.map { $0.lowercased() }
    + CatalogSchema.addedColumns.map(\.name).filter { !$0.hasPrefix("writer_") }

  private var values: [SQLiteValue]

  /// Takes the columns of a row in the order of ``columns``, from the one numbered `first` on.
  init(_ statement: SQLiteStatement, from first: Int32) {
    values = Self.columns.indices.map { index in
      let column = first + Int32(index)
      return switch Self.kind(of: Self.columns[index]) {
      case .text: SQLiteValue(statement.text(column))
      case .integer: SQLiteValue(statement.integer(column))
      case .real: SQLiteValue(statement.real(column))
      }
    }
  }

  /// The value of a column, by its lower-cased name.
  package subscript(column: String) -> SQLiteValue {
    get { Self.columns.firstIndex(of: column).map { values[$0] } ?? .null }
    set { if let index = Self.columns.firstIndex(of: column) { values[index] = newValue } }
  }

  /// The text of a column; nil where it holds none.
  package func text(_ column: String) -> String? {
    if case .text(let text) = self[column] { text } else { nil }
  }

  var bindings: [SQLiteValue] { values }

  /// Whether a text holds zeros, which no tool writes.
  var isCut: Bool {
    values.contains { value in
      if case .text(let text) = value { text.utf8.contains(0) } else { false }
    }
  }

  static let insert =
    "INSERT INTO stats (\(columns.joined(separator: ", ")))"
    + " VALUES (\(columns.map { _ in "?" }.joined(separator: ",")))"

  private static func kind(of column: String) -> Kind {
    texts.contains(column) ? .text : reals.contains(column) ? .real : .integer
  }
}

extension Catalog {
  /// The columns of ``CatalogContent``, as far as this file has them.
  private var selectContent: String {
    "SELECT "
      + CatalogContent.columns.map { present.contains($0) ? $0 : "NULL" }.joined(separator: ", ")
      + " FROM stats"
  }

  /// What some rows hold, in their order; those that are there no more are left out.
  package func contents(
    of ids: [Int64], _ take: (Int, CatalogContent) throws(BackupError) -> Void
  ) throws(BackupError) {
    let statement = try database.prepare(selectContent + " WHERE rowid=?")
    for (index, id) in ids.enumerated() {
      try statement.bind([.integer(id)])
      if try statement.step() { try take(index, CatalogContent(statement, from: 0)) }
      statement.reset()
    }
  }

  /// Adds rows of a section that come from another catalog, and owes the news of that once: all of
  /// it, or nothing.
  ///
  /// `put` is handed what adds a row.
  package func takeOver(
    _ section: String, at now: Instant,
    _ put: (_ add: (CatalogContent) throws(BackupError) -> Void) throws(BackupError) -> Void
  ) throws(BackupError) {
    try database.transaction { () throws(BackupError) in
      let statement = try database.prepare(CatalogContent.insert)
      try put { (content) throws(BackupError) in
        try statement.bind(content.bindings)
        while try statement.step() {}
      }
      try oweNews(of: .backup, section, at: now)
    }
  }
}
