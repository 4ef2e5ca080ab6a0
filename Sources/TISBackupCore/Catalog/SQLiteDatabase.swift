import CSQLite
import Glibc

/// One open SQLite file: the few calls the catalog needs, with errors an operator can act on.
///
/// Not sendable on purpose: every job opens its own connection and SQLite's locks do the rest.
package final class SQLiteDatabase {
  /// How a file is opened; nothing but `create` ever makes one.
  package enum Mode: Sendable { case readOnly, readWrite, create }

  package let path: String
  fileprivate let handle: OpaquePointer

  /// Opens a file and waits `busyTimeout` milliseconds whenever another program holds it.
  package init(path: String, mode: Mode, busyTimeout: Int32) throws(BackupError) {
    let flags: Int32 =
      switch mode {
      case .readOnly: SQLITE_OPEN_READONLY
      case .readWrite: SQLITE_OPEN_READWRITE
      case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    var opened: OpaquePointer?
    let status = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard status == SQLITE_OK, let opened else {
      let error = Self.error(status, opened, path: path)
      sqlite3_close_v2(opened)
      throw error
    }
    self.path = path
    handle = opened
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, busyTimeout)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Whether the last call failed because of what is in the file.
  var isDamaged: Bool {
    [SQLITE_NOTADB, SQLITE_CORRUPT].contains(sqlite3_errcode(handle) & 0xff)
  }

  /// Runs one or more statements that return nothing.
  package func execute(_ sql: String) throws(BackupError) {
    let status = sqlite3_exec(handle, sql, nil, nil, nil)
    guard status == SQLITE_OK else { throw error(status) }
  }

  package func prepare(_ sql: String) throws(BackupError) -> SQLiteStatement {
    var statement: OpaquePointer?
    let status = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    guard status == SQLITE_OK, let statement else { throw error(status) }
    return SQLiteStatement(statement, of: self)
  }

  /// Prepares, binds and runs one statement that returns no rows; gives the rows it changed.
  @discardableResult
  package func run(_ sql: String, _ values: [SQLiteValue] = []) throws(BackupError) -> Int {
    let statement = try prepare(sql)
    try statement.bind(values)
    while try statement.step() {}
    return Int(sqlite3_changes(handle))
  }

  /// Everything in `body` happens, or nothing of it.
  ///
  /// `IMMEDIATE` takes the write lock at once, so that two tools wait for each other instead of
  /// failing half way.
  package func transaction<Result>(_ body: () throws(BackupError) -> Result) throws(BackupError)
    -> Result
  {
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  /// All reads of `body` see one state of the file, and SQLite locks it once for all of them.
  package func snapshot<Result>(_ body: () throws(BackupError) -> Result) throws(BackupError)
    -> Result
  {
    try execute("BEGIN")
    // A reader has nothing to commit; ending gives the lock back, whatever happened.
    defer { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    return try body()
  }

  fileprivate func error(_ status: Int32) -> BackupError {
    Self.error(status, handle, path: path)
  }

  private static func error(_ status: Int32, _ handle: OpaquePointer?, path: String) -> BackupError
  {
    // SQLite tells "cannot open" for a missing file, a missing right and a folder alike; errno
    // of the call that failed knows which.
    let cause = handle.map { sqlite3_system_errno($0) } ?? 0
    let text = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
    return .catalog(status, text, cause: cause, path: path)
  }
}

/// One value on its way into a statement.
package enum SQLiteValue: Sendable, Equatable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)

  package init(_ text: String?) { self = text.map(Self.text) ?? .null }
  package init(_ number: Int64?) { self = number.map(Self.integer) ?? .null }
  package init(_ number: Double?) { self = number.map(Self.real) ?? .null }
}

/// One prepared statement; columns are numbered from 0, parameters bound in order.
package final class SQLiteStatement {
  private let statement: OpaquePointer
  private let database: SQLiteDatabase

  fileprivate init(_ statement: OpaquePointer, of database: SQLiteDatabase) {
    (self.statement, self.database) = (statement, database)
  }

  deinit { sqlite3_finalize(statement) }

  /// Starts over with new values.
  package func bind(_ values: [SQLiteValue]) throws(BackupError) {
    sqlite3_reset(statement)
    for (index, value) in values.enumerated() {
      let status = bind(value, at: Int32(index + 1))
      guard status == SQLITE_OK else { throw database.error(status) }
    }
  }

  /// Moves to the next row; false when there is none.
  package func step() throws(BackupError) -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let status:
      sqlite3_reset(statement)
      throw database.error(status)
    }
  }

  /// Ends a read early, so that it holds no lock.
  package func reset() { sqlite3_reset(statement) }

  package func isNull(_ column: Int32) -> Bool {
    sqlite3_column_type(statement, column) == SQLITE_NULL
  }

  /// The text of a column, with anything that is not UTF-8 replaced; nil for NULL.
  package func text(_ column: Int32) -> String? {
    guard let start = sqlite3_column_text(statement, column) else { return nil }
    let count = Int(sqlite3_column_bytes(statement, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  package func integer(_ column: Int32) -> Int64? {
    isNull(column) ? nil : sqlite3_column_int64(statement, column)
  }

  package func real(_ column: Int32) -> Double? {
    isNull(column) ? nil : sqlite3_column_double(statement, column)
  }

  private func bind(_ value: SQLiteValue, at index: Int32) -> Int32 {
    switch value {
    case .null: sqlite3_bind_null(statement, index)
    case .integer(let number): sqlite3_bind_int64(statement, index, number)
    case .real(let number): sqlite3_bind_double(statement, index, number)
    case .text(let text):
      text.utf8.withContiguousStorageIfAvailable {
        $0.withMemoryRebound(to: CChar.self) {
          tis_bind_text(statement, index, $0.baseAddress, Int32($0.count))
        }
      } ?? tis_bind_text(statement, index, text, Int32(text.utf8.count))
    }
  }
}

extension BackupError {
  /// What SQLite says of a catalog, turned into a sentence with a cure.
  ///
  /// Codes: https://www.sqlite.org/rescode.html
  fileprivate static func catalog(_ status: Int32, _ text: String, cause: Int32, path: String)
    -> BackupError
  {
    // The file is there, so it is the journal beside it that cannot be made; what SQLite remembers
    // then is the error of a later call.
    let lacksJournal =
      status & 0xff == SQLITE_CANTOPEN && access(path, F_OK) == 0 && cause == ENOENT
    let reason =
      lacksJournal
      ? "no journal can be made beside it"
      : cause == 0 ? text : "\(text): \(String(cString: strerror(cause)))"
    let code: Code = [SQLITE_BUSY, SQLITE_LOCKED].contains(status & 0xff) ? .locked : .catalog
    return BackupError(
      code, "cannot use the catalog '\(path)': \(reason)",
      hint: lacksJournal ? .journal : hint(status, cause: cause))
  }

  private static func hint(_ status: Int32, cause: Int32) -> Message? {
    if cause == EACCES || cause == EPERM { return .grantAccess }
    // SQLITE_READONLY_DBMOVED
    if status == SQLITE_READONLY | 4 << 8 { return .moved }
    switch status & 0xff {
    case SQLITE_BUSY, SQLITE_LOCKED:
      return "Another program holds it: 'fuser' on that file names it; try again when it is done."
    case SQLITE_NOTADB:
      return
        "That file is not an SQLite database: put the catalog back from a copy, or let tisbackup-register --fsck --repair set it aside and rebuild it."
    case SQLITE_CORRUPT:
      return
        "It is damaged: put it back from a copy, or let tisbackup-register --fsck --repair save what can be read and rebuild it."
    case SQLITE_READONLY:
      return
        "A writer died and left a journal: run tisbackup-status once as the user who runs the backups."
    case SQLITE_CANTOPEN: return "Is backup_base_dir mounted, and has a backup run there before?"
    case SQLITE_FULL: return "Free space there, or run tisbackup-cleanup."
    default: return nil
    }
  }
}

extension BackupError.Message {
  fileprivate static let journal: Self =
    "Is that disk out of inodes, or mounted for reading alone? 'df -i', 'dmesg'; run tisbackup-cleanup."
  fileprivate static let moved: Self =
    "It was moved, or its disk unmounted, while it was open: is the disk mounted?"
  fileprivate static let grantAccess: Self =
    "Let this user read it: add it to the group of the log folder (chgrp and chmod g+rx there, g+r on the file)."
}
