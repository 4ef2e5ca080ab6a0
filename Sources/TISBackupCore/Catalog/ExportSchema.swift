/// Our tables of the places that took exports.
///
/// Not columns of `stats`: what a disk in a drawer holds must be known as long as the disk is, also
/// when the rows of its exports are gone, and the check finds it without a scan of all runs. TISBackup,
/// which names its own table, never sees them.
enum ExportSchema {
  /// `export_targets` has a row for each place: `target` is the UUID of a file system, or the path of
  /// a folder that was given as such; `label` is the one it had last; `verified_*` say what came of
  /// its last `--verify`, in the words of `stats`.
  ///
  /// `export_copies` has the newest generation of each section there: when its backup began, which is
  /// how old the copy is, whatever the day it was made.
  static let create = """
    CREATE TABLE IF NOT EXISTS export_targets (
      target TEXT NOT NULL PRIMARY KEY, label TEXT, is_disk INT NOT NULL DEFAULT 0,
      verified_at TEXT, verified_status TEXT, verified_log TEXT) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS export_copies (
      target TEXT NOT NULL, section TEXT NOT NULL, backup_start TEXT NOT NULL,
      exported_at TEXT NOT NULL, PRIMARY KEY (target, section)) WITHOUT ROWID;
    """

  /// Whether a file has both.
  static func isPresent(in database: SQLiteDatabase) throws(BackupError) -> Bool {
    let statement = try database.prepare(
      "SELECT count(*) FROM sqlite_schema WHERE type='table'"
        + " AND name IN ('export_targets', 'export_copies')")
    return try statement.step() && statement.integer(0) == 2
  }
}
