import TISBackupCore

/// What the programs that copy Samba's databases complain of, and the cure; tried with tdb 1.4.8 and
/// LMDB 0.9.24.
enum SambaFailure {
  /// How a machine gets a program that it lacks.
  static let install: BackupError.Message =
    "Install it there, on the PATH of remote_user: Debian has tdbbackup in tdb-tools, mdb_copy in lmdb-utils."

  private static let hints: [(text: String, hint: BackupError.Message)] = [
    ("No space left", "A copy needs as much room in root_dir_samba as the database is large."),
    ("Read-only file system", "root_dir_samba must be writable: the copy is made there."),
    ("Permission denied", .rights), ("Operation not permitted", .rights),
    ("may not be read", .folder), ("cd:", .folder),
    ("No such file", "It was there a moment ago: is Samba being changed? Run it again."),
    ("MDB_VERSION_MISMATCH", .damagedLMDB), ("MDB_INVALID", .damagedLMDB),
    (
      "Failed to open",
      "It is damaged, or no database: 'tdbtool FILE check' tells there. Take it from an older backup, or away."
    ),
  ]

  /// The cure of what a program wrote; nil when it is not known.
  static func hint(_ text: String) -> BackupError.Message? {
    hints.first { text.contains($0.text) }?.hint
  }
}

extension BackupError.Message {
  fileprivate static let rights: Self = "Log in as root: Samba's databases are for nobody else."
  fileprivate static let folder: Self =
    "root_dir_samba is the folder that has 'private/sam.ldb' in it; remote_user must be allowed to read it."
  fileprivate static let damagedLMDB: Self =
    "It is damaged, or of another version of LMDB than the mdb_copy there."
}
