/// The tables of the catalog: TISBackup's, letter by letter, and the nullable columns we add.
///
/// The old program names its columns when it writes and reads `*` into names, so it can go on
/// using the file. There is no primary key, and VACUUM may renumber the rows: a row is found by
/// section and start.
package enum CatalogSchema {
  /// The columns in TISBackup's order; `TYPE` is missing in very old catalogs.
  package static let columns = [
    "backup_name", "server_name", "description", "backup_start", "backup_end", "backup_duration",
    "total_files_count", "written_files_count", "total_bytes", "written_bytes", "status", "log",
    "backup_location", "TYPE",
  ]

  /// Ours: who writes a row; the size of all files that rsync had to send (its `Total transferred
  /// file size`, where `written_bytes` holds the new data alone); when a backup was last proven to
  /// be restorable (in the form of `backup_start`), what came of it (`OK` or `ERROR`) and in words, and
  /// how many seconds its last restore test took to load it.
  package static let addedColumns = [
    (name: "writer_pid", type: "INT"), (name: "writer_boot", type: "TEXT"),
    (name: "writer_start", type: "INT"), (name: "transferred_bytes", type: "INT"),
    (name: "verified_at", type: "TEXT"), (name: "verified_status", type: "TEXT"),
    (name: "verified_log", type: "TEXT"), (name: "restore_seconds", type: "REAL"),
  ]

  static let create = """
    CREATE TABLE stats (
      backup_name TEXT, server_name TEXT, description TEXT, backup_start TEXT, backup_end TEXT,
      backup_duration NUMERIC, total_files_count INT, written_files_count INT, total_bytes INT,
      written_bytes INT, status TEXT, log TEXT, backup_location TEXT, TYPE TEXT);
    """

  /// TISBackup's, then ours, each with its columns.
  ///
  /// Ours hold the rows alone that they are for: where every backup is proven every night, the newest
  /// proof of a section, and the few that failed, are still found at once.
  static let indexes = [
    (name: "idx_stats_backup_name", on: "(backup_name)"),
    (name: "idx_stats_backup_location", on: "(backup_location)"),
    (name: "idx_stats_backup_name_start", on: "(backup_name, backup_start)"),
    (
      name: "idx_stats_backup_proof",
      on: "(backup_name, backup_start) WHERE verified_at IS NOT NULL"
    ),
    (name: "idx_stats_backup_bad", on: "(backup_name) WHERE \(isProvenBad)"),
  ]

  /// What a row of a backup that failed its proof has; worded as the index of them is.
  static let isProvenBad = "verified_status<>'OK'"

  /// One that an earlier version of ours made, and nothing asks for any more.
  private static let formerIndex = "idx_stats_backup_verified"

  /// The columns a file really has, lower-cased; empty when it has no table `stats`.
  static func columns(in database: SQLiteDatabase) throws(BackupError) -> Set<String> {
    let statement = try database.prepare("SELECT name FROM pragma_table_info('stats')")
    var names: Set<String> = []
    while try statement.step() { names.insert(statement.text(0)?.lowercased() ?? "") }
    return names
  }

  /// Brings any catalog, down to an empty file, to the present form in one transaction.
  ///
  /// Safe to stop at any instant: SQLite rolls an unfinished transaction back, and every step asks
  /// what is there before it adds.
  static func migrate(_ database: SQLiteDatabase) throws(BackupError) {
    guard try !isCurrent(database) else { return }
    try database.transaction { () throws(BackupError) in
      var present = try columns(in: database)
      if present.isEmpty {
        try database.execute(create)
        present = Set(columns.map { $0.lowercased() })
      }
      if !present.contains("type") {
        try database.execute(
          "ALTER TABLE stats ADD COLUMN TYPE TEXT; UPDATE stats SET TYPE='BACKUP'")
      }
      for column in addedColumns where !present.contains(column.name) {
        try database.execute("ALTER TABLE stats ADD COLUMN \(column.name) \(column.type)")
      }
      try database.execute("DROP INDEX IF EXISTS \(formerIndex)")
      for index in indexes {
        try database.execute("CREATE INDEX IF NOT EXISTS \(index.name) ON stats\(index.on)")
      }
      try database.execute(OutboxSchema.create)
      try database.execute(ExportSchema.create)
    }
  }

  private static func isCurrent(_ database: SQLiteDatabase) throws(BackupError) -> Bool {
    let present = try columns(in: database)
    let wanted = columns.map { $0.lowercased() } + addedColumns.map(\.name)
    guard wanted.allSatisfy(present.contains), try OutboxSchema.isPresent(in: database),
      try ExportSchema.isPresent(in: database)
    else { return false }
    let statement = try database.prepare(
      "SELECT name FROM sqlite_schema WHERE type='index' AND tbl_name='stats'")
    var found: Set<String> = []
    while try statement.step() { found.insert(statement.text(0) ?? "") }
    return indexes.allSatisfy { found.contains($0.name) } && !found.contains(formerIndex)
  }
}
