import Glibc

/// The memory of the suite: every run of every section, in TISBackup's own SQLite file.
///
/// Opened for reading it changes nothing, not even a journal; opened for writing it is first
/// brought to the present form. Rollback journal, not WAL: a monitoring user without write access
/// to the folder must be able to read it.
package struct Catalog {
  /// What a caller means to do with the catalog.
  package enum Access: Sendable {
    /// Read only, waiting at most two seconds: for the check, which must answer.
    case check
    /// Read only; a journal that a dead writer left is rolled back first where we may.
    case read
    /// Read and write; made when it is not there.
    case write
  }

  package let path: String
  package let zone: LocalZone
  let database: SQLiteDatabase
  /// The columns the file has, lower-cased: a reader must not change an old file.
  let present: Set<String>
  /// Who is owed every news this value writes.
  let audience: Audience

  package init(
    path: String, access: Access, zone: LocalZone = .system, audience: Audience = .nobody
  ) throws(BackupError) {
    (self.path, self.zone, self.audience) = (path, zone, audience)
    switch access {
    case .check: database = try SQLiteDatabase(path: path, mode: .readOnly, busyTimeout: 2000)
    case .read: database = try Self.openForReading(path)
    case .write: database = try Self.openForWriting(path)
    }
    present = try CatalogSchema.columns(in: database)
    guard !present.isEmpty else {
      throw BackupError(
        .catalog, .noTable(path), hint: Self.isOnlyBegun(path) ? .onlyBegun : .noTable)
    }
    let missing = CatalogSchema.columns.map { $0.lowercased() }
      .filter { $0 != "type" && !present.contains($0) }
    guard missing.isEmpty else {
      throw BackupError(.catalog, .foreign(path, missing), hint: .noTable)
    }
  }

  /// All reads of `body` see one state of the catalog; writers wait until it ends.
  package func snapshot<Result>(_ body: () throws(BackupError) -> Result) throws(BackupError)
    -> Result
  {
    try database.snapshot(body)
  }

  /// Whether whoever made a catalog died before anything was in it: who writes to it makes it whole.
  ///
  /// To be asked after it was opened, which rolls back what that writer had begun.
  package static func isOnlyBegun(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_size == 0
  }

  private static func openForReading(_ path: String) throws(BackupError) -> SQLiteDatabase {
    let database = try SQLiteDatabase(path: path, mode: .readOnly, busyTimeout: 30_000)
    do {
      _ = try CatalogSchema.columns(in: database)
      return database
    } catch  where access(path + "-journal", F_OK) == 0 && access(path, W_OK) == 0 {
      // Opening for writing rolls the journal of a dead writer back, which only a writer may.
      let writer = try SQLiteDatabase(path: path, mode: .readWrite, busyTimeout: 30_000)
      _ = try CatalogSchema.columns(in: writer)
      return writer
    }
  }

  private static func openForWriting(_ path: String) throws(BackupError) -> SQLiteDatabase {
    if access(path, F_OK) != 0 { try create(path) }
    let database = try SQLiteDatabase(path: path, mode: .readWrite, busyTimeout: 30_000)
    // A row that is announced must survive a power cut: a commit is the journal's removal, and only
    // EXTRA syncs the folder after it. A WAL cannot be read by a user who may not write beside it.
    try database.execute("PRAGMA synchronous=EXTRA; PRAGMA journal_mode=DELETE")
    try CatalogSchema.migrate(database)
    return database
  }

  /// Makes an empty file with the rights of its folder before SQLite sees it.
  private static func create(_ path: String) throws(BackupError) {
    let folder = DiskPath.parent(of: path)
    let mode: mode_t = DiskLayout.sharesWithGroup(folder) ? 0o640 : 0o600
    let descriptor = open(path, O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw .system("cannot create the catalog '\(path)'") }
    fchmod(descriptor, mode)
    close(descriptor)
    SmallFile.syncFolder(folder)
  }
}

extension BackupError.Message {
  fileprivate static func noTable(_ path: String) -> Self {
    "the catalog '\(path)' has no table 'stats'"
  }
  fileprivate static func foreign(_ path: String, _ columns: [String]) -> Self {
    "the table 'stats' of '\(path)' lacks \(columns.joined(separator: ", "))"
  }
  fileprivate static let onlyBegun: Self =
    "It is empty, for whoever made it was stopped: the next tisbackup-run or tisbackup-register fills it."
  fileprivate static let noTable: Self =
    "That is not a TISBackup catalog: check backup_base_dir, or move the file away."
}
