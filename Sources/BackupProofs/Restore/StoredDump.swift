import TISBackupCore

/// The dump of one database.
package struct StoredDump: Sendable, Equatable {
  package enum Form: Sendable, CaseIterable {
    /// SQL text in a gzip file.
    case sql
    /// The format of `pg_dump -Fc`.
    case custom
  }

  package var path: String
  package var database: String
  package var form: Form

  package init(path: String, database: String, form: Form) {
    (self.path, self.database, self.form) = (path, database, form)
  }
}

/// What is said of a dump, whatever server it was loaded into.
extension BackupError.Message {
  static func bad(_ dump: StoredDump, _ reason: String) -> Self {
    "'\(dump.path)' cannot be loaded: \(reason)"
  }
  static func cannotTell(_ dump: StoredDump, _ reason: String) -> Self {
    "'\(dump.path)' cannot be tested with the server of this machine: \(reason)"
  }
  static func fewer(_ dump: StoredDump, found: Int64, promised: Int64) -> Self {
    "'\(dump.path)' creates \(promised) tables, and only \(found) came out of it"
  }
}
