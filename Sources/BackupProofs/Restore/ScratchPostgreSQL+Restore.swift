import Glibc
import OutsideWorld
import TISBackupCore

extension ScratchPostgreSQL {
  /// The database that dumps are loaded into, one after the other: they cannot see each other.
  static let database = "tisbackup_restore_test"

  package func prepare(for test: RestoreTest) async throws(BackupError) {
    guard let globals = test.globals else {
      // The one role that nearly every server has.
      _ = try await ask("CREATE ROLE postgres SUPERUSER", in: "postgres")
      return
    }
    // Errors are tolerated: tablespaces of other machines cannot be made here.
    _ = try await feed(globals, to: psql(in: "postgres", []))
  }

  package func restore(_ dump: StoredDump) async throws(BackupError) -> RestoredContent {
    let content: RestoredContent
    do throws(BackupError) {
      content = try await load(dump)
    } catch {
      try? await dropDatabase()
      throw error
    }
    // Nobody needs it any more, and the next one needs the space.
    try await dropDatabase()
    return content
  }

  private func dropDatabase() async throws(BackupError) {
    // The server may still be at what a client that failed has asked for; FORCE came with 13.
    let force = version.major >= 130_000 ? " WITH (FORCE)" : ""
    try await answer("DROP DATABASE IF EXISTS \(Self.database)\(force)")
  }

  private func load(_ dump: StoredDump) async throws(BackupError) -> RestoredContent {
    let begin = ContinuousClock.now
    let head = try await head(of: dump)
    try await answer(
      "CREATE DATABASE \(Self.database) TEMPLATE template0 ENCODING \(encoding(for: head))")
    let promised: Int64
    switch dump.form {
    case .sql: promised = try await loadText(dump)
    case .custom: promised = try await loadArchive(dump, head)
    }
    let seconds = begin.duration(to: .now) / .seconds(1)
    let content = try await count(dump, seconds: seconds)
    guard content.tables >= promised else {
      throw BackupError(.unproven, .fewer(dump, found: content.tables, promised: promised))
    }
    return content
  }

  /// What a dump says of itself before anything else.
  private func head(of dump: StoredDump) async throws(BackupError) -> PostgreSQLDumpText {
    var text = PostgreSQLDumpText()
    switch dump.form {
    case .sql:
      try GzipReader(path: dump.path).read { piece in
        _ = text.pass(piece) { _ in true }
        return text.encoding == nil && text.strangeCommand == nil
      }
    case .custom:
      // Of nothing that is in it, as SQL: that begins with what the archive says of itself.
      let finished = try await archive(
        dump, ["--file=-", "--schema=no such schema of anybody \(getpid())"])
      let bytes = Array(finished.output.utf8)
      _ = bytes.withUnsafeBytes { text.pass($0) { _ in true } }
    }
    return text
  }

  /// That of the dump where UTF-8 does not hold it: bytes of no known encoding.
  private func encoding(for head: PostgreSQLDumpText) -> String {
    head.encoding == "SQL_ASCII" ? "'SQL_ASCII'" : "'UTF8'"
  }

  private func loadText(_ dump: StoredDump) async throws(BackupError) -> Int64 {
    let source = try await feed(
      dump.path, to: psql(in: Self.database, ["--set=ON_ERROR_STOP=1"]))
    guard source.finished.succeeded else {
      throw PostgreSQLFailure(source.finished).error(
        for: dump, from: source.text.version, here: version)
    }
    return source.text.tables
  }

  /// Feeds SQL to psql, which takes no command of its own from it where it knows `\restrict`.
  private func feed(
    _ path: String, to psql: Invocation
  ) async throws(BackupError) -> (text: PostgreSQLDumpText, finished: Finished) {
    let token = version.knowsRestrict ? Self.token() : nil
    let source = GzipSource(
      path: path, text: PostgreSQLDumpText(),
      begin: token.map { Array("\\restrict \($0)\n".utf8) } ?? [])
    var invocation = psql
    invocation.input = .source(source)
    let finished = try await world.run(user.run(invocation), nil)
    if let failure = source.failure { throw failure }
    if let command = source.text.strangeCommand {
      throw BackupError(.unproven, .strange(path, command))
    }
    guard !source.isAtEnd || source.text.isComplete else {
      throw BackupError(.unproven, .incomplete(path))
    }
    return (source.text, finished)
  }

  private static func token() -> String {
    (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
  }

  private func loadArchive(
    _ dump: StoredDump, _ head: PostgreSQLDumpText
  ) async throws(BackupError) -> Int64 {
    let list = try await archive(dump, ["--list"])
    var arguments = ["--exit-on-error", "--no-tablespaces"]
    if try await !hasRoles() { arguments += ["--no-owner", "--no-privileges"] }
    var invocation = client("pg_restore", Self.database, arguments)
    invocation.input = .file(dump.path)
    let finished = list.succeeded ? try await world.run(user.run(invocation), nil) : list
    guard finished.succeeded else {
      throw PostgreSQLFailure(finished).error(for: dump, from: head.version, here: version)
    }
    return Self.tables(in: list.output)
  }

  /// Runs pg_restore where it needs no server.
  private func archive(
    _ dump: StoredDump, _ arguments: [String]
  ) async throws(BackupError) -> Finished {
    var invocation = Invocation(programs.path("pg_restore"), arguments)
    invocation.input = .file(dump.path)
    invocation.workingFolder = folder
    return try await world.run(user.run(invocation), nil)
  }

  /// Lines like `215; 1259 16389 TABLE public u al`; the rows of a table are `TABLE DATA`.
  static func tables(in list: String) -> Int64 {
    var count: Int64 = 0
    for line in list.split(whereSeparator: \.isNewline) where !line.hasPrefix(";") {
      let words = line.split(separator: " ", maxSplits: 5)
      guard words.count > 4, words[3] == "TABLE", words[4] != "DATA", words[4] != "ATTACH" else {
        continue
      }
      count += 1
    }
    return count
  }

  /// Whether there are roles but our own and the server's.
  private func hasRoles() async throws(BackupError) -> Bool {
    let count = try await answer(
      "SELECT count(*) FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user"
        + " AND rolname <> 'postgres'")
    return count.split(whereSeparator: \.isWhitespace).first != "0"
  }

  @discardableResult
  private func answer(_ statement: String) async throws(BackupError) -> String {
    let finished = try await ask(statement, in: "postgres")
    guard finished.succeeded else { throw BackupError(.storage, .refused(finished)) }
    return finished.output
  }
}

extension BackupError.Message {
  fileprivate static func incomplete(_ path: String) -> Self {
    "'\(path)' is cut short: the line '-- PostgreSQL database dump complete' is missing"
  }
  fileprivate static func strange(_ path: String, _ command: String) -> Self {
    "'\(path)' holds a command of psql that pg_dump does not write: '\(command)'"
  }
  fileprivate static func refused(_ finished: Finished) -> Self {
    "the PostgreSQL server of the restore test refused: \(finished.reason)"
  }
}
