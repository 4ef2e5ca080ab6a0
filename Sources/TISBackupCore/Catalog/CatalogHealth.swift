import Glibc

/// What the file of a catalog is worth, before anybody trusts what is in it.
package enum CatalogHealth: Sendable, Equatable {
  case sound
  /// There is no file.
  case missing
  /// Whoever made it died before anything was in it.
  case onlyBegun
  /// It holds less than it should, or what it holds contradicts itself; sentences of SQLite's.
  case damaged([String])

  /// So many sentences tell enough.
  private static let most = 5

  /// Reads the whole file, and changes nothing but a dead writer's journal, which is rolled back
  /// where we may.
  ///
  /// Throws when that cannot be told now: somebody holds it, or we may not read it.
  package static func examine(_ path: String) throws(BackupError) -> CatalogHealth {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw .system("cannot look at the catalog '\(path)'") }
      return .missing
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw BackupError(.catalog, .noFile(path), hint: .moveAway)
    }
    let database = try SQLiteDatabase(path: path, mode: .readOnly, busyTimeout: 30_000)
    do {
      return try examine(database)
    } catch {
      if database.isDamaged { return .damaged([reason(error, path)]) }
      guard access(path + "-journal", F_OK) == 0, access(path, W_OK) == 0 else { throw error }
    }
    let writer = try SQLiteDatabase(path: path, mode: .readWrite, busyTimeout: 30_000)
    do {
      return try examine(writer)
    } catch {
      guard writer.isDamaged else { throw error }
      return .damaged([reason(error, path)])
    }
  }

  /// What SQLite says, without the path, which is told beside it.
  private static func reason(_ error: BackupError, _ path: String) -> String {
    String(error.message.text.trimmingPrefix("cannot use the catalog '\(path)': "))
  }

  /// Whether there is a file with something in it, which then has to be a catalog.
  package static func isThere(_ path: String) throws(BackupError) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw .system("cannot look at the catalog '\(path)'") }
      return false
    }
    return status.st_size > 0
  }

  private static func examine(_ database: SQLiteDatabase) throws(BackupError) -> CatalogHealth {
    let columns = try CatalogSchema.columns(in: database)
    // After the read, which rolls back what had begun in an empty file.
    if columns.isEmpty && Catalog.isOnlyBegun(database.path) { return .onlyBegun }
    let missing = CatalogSchema.columns.map { $0.lowercased() }
      .filter { $0 != "type" && !columns.contains($0) }
    guard missing.isEmpty else { return .damaged(["it has no table 'stats' of a catalog"]) }
    let statement = try database.prepare("PRAGMA integrity_check(\(most))")
    var sentences: [String] = []
    while try statement.step() {
      let told = (statement.text(0) ?? "").split(separator: "\n").map(String.init)
      sentences += told.filter { !$0.hasPrefix("*** in database") }
    }
    return sentences == ["ok"] ? .sound : .damaged(Array(sentences.prefix(most)))
  }
}

extension BackupError.Message {
  fileprivate static func noFile(_ path: String) -> Self {
    "the catalog '\(path)' is no file"
  }
  fileprivate static let moveAway: Self =
    "Move it away: tisbackup-register makes the catalog anew from what is on disk."
}
