import OutsideWorld
import TISBackupCore

extension ScratchMariaDB {
  package func prepare(for test: RestoreTest) async throws(BackupError) {
    try await answer("CREATE USER \(Self.loader)@localhost;")
    // To create what runs as somebody else; before MariaDB 10.5.2 that took SUPER.
    let isGranted = try await ask("GRANT SET USER ON *.* TO \(Self.loader)@localhost;").succeeded
    if !isGranted { try await answer("GRANT SUPER ON *.* TO \(Self.loader)@localhost;") }
    for dump in test.dumps {
      let database = dump.database
      try await answer(
        """
        CREATE DATABASE \(Self.identifier(database));
        GRANT ALL ON \(Self.pattern(database)).* TO \(Self.loader)@localhost;
        """)
    }
  }

  package func restore(_ dump: StoredDump) async throws(BackupError) -> RestoredContent {
    let begin = ContinuousClock.now
    var (text, failure) = try await load(dump)
    var known: Set<MariaDBDumpText.Definer> = []
    // A view over a view needs the users that both run as, and a dump has none.
    while let missing = failure?.missingDefiner, known.insert(missing).inserted {
      known.formUnion(text.definers)
      try await create(text.definers.union([missing]))
      (text, failure) = try await load(dump)
    }
    if let failure { throw try await failure.error(for: dump, text: text, here: version()) }
    let seconds = begin.duration(to: .now) / .seconds(1)
    let content = try await count(dump.database, seconds: seconds)
    guard content.tables >= text.tables else {
      throw BackupError(.unproven, .fewer(dump, found: content.tables, promised: text.tables))
    }
    return content
  }

  /// Loads into the database made anew; what the client said against it is for the caller to judge.
  private func load(
    _ dump: StoredDump
  ) async throws(BackupError) -> (MariaDBDumpText, MariaDBFailure?) {
    let name = Self.identifier(dump.database)
    try await answer("DROP DATABASE \(name); CREATE DATABASE \(name);")
    let source = GzipSource(path: dump.path, text: MariaDBDumpText())
    var invocation = client(as: Self.loader, ["--database=\(dump.database)"])
    invocation.input = .source(source)
    let finished = try await world.run(user.run(invocation), nil)
    if let failure = source.failure { throw failure }
    guard !source.isAtEnd || source.text.isComplete else {
      throw BackupError(.unproven, .incomplete(dump))
    }
    return (source.text, finished.succeeded ? nil : MariaDBFailure(finished))
  }

  private func create(_ definers: Set<MariaDBDumpText.Definer>) async throws(BackupError) {
    for definer in definers {
      let name = "\(Self.text(definer.user))@\(Self.text(definer.host))"
      // Nobody but the user of this test reaches the socket.
      try await answer(
        "CREATE USER IF NOT EXISTS \(name); GRANT SELECT, SHOW VIEW, EXECUTE ON *.* TO \(name);")
    }
  }

  private func version() async throws(BackupError) -> String {
    try await answer("SELECT VERSION()").split(whereSeparator: \.isNewline).joined()
  }

  private func count(
    _ database: String, seconds: Double
  ) async throws(BackupError) -> RestoredContent {
    let words = try await answer(Self.countRows, in: database).split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let tables = Int64(words[0]), let rows = Int64(words[1]) else {
      throw BackupError(.storage, .uncounted(database))
    }
    return RestoredContent(tables: tables, rows: rows, seconds: seconds)
  }

  /// One table after the other: all of them in one statement would have to be open at once.
  private static let countRows = """
    DELIMITER //
    BEGIN NOT ATOMIC
      DECLARE tables_found, rows_found BIGINT DEFAULT 0;
      FOR found IN (SELECT table_name AS name FROM information_schema.tables
        WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED'))
      DO
        EXECUTE IMMEDIATE CONCAT(
          'SELECT COUNT(*) INTO @count FROM `', REPLACE(found.name, '`', '``'), '`');
        SET tables_found = tables_found + 1, rows_found = rows_found + @count;
      END FOR;
      SELECT tables_found, rows_found;
    END//

    """

  private static func identifier(_ name: String) -> String {
    "`\(name.doubling("`"))`"
  }

  /// The name in a GRANT, where `_` and `%` stand for others.
  private static func pattern(_ name: String) -> String {
    identifier(name.escaping("_", "%", "\\"))
  }

  private static func text(_ value: String) -> String {
    "'\(value.escaping("'", "\\"))'"
  }
}

extension BackupError.Message {
  fileprivate static func incomplete(_ dump: StoredDump) -> Self {
    "'\(dump.path)' is cut short: the line '-- Dump completed' is missing"
  }
  fileprivate static func uncounted(_ database: String) -> Self {
    "the rows of '\(database)' cannot be counted"
  }
}
