/// Our tables for passive results; TISBackup, which names its own table, never sees them.
enum OutboxSchema {
  /// What is owed, and what is known of those it is owed to.
  ///
  /// `outbox` has one row for each subject a target is, or may soon be, owed: that an announcement
  /// is owed, never the announcement itself, so an outage makes no flood and nothing stale is ever
  /// sent. The subject is kept, not the names of host and service: a name that is mended in the ini
  /// counts for what is owed already.
  ///
  /// - `owed_since`: NULL when there is nothing to send yet.
  /// - `awaits`: `backup_start` of a run that is at work: when it dies, that is news, too.
  /// - `revision`: see ``OwedAnnouncement/revision``.
  ///
  /// `outbox_targets` has the targets of the ini and what came of the last try: a monitoring user
  /// who may not read the ini with its secrets learns from it which there are. A server that could
  /// not be reached (`unreachable_since`) may have lost what it knew: it is told everything again.
  static let create = """
    CREATE TABLE IF NOT EXISTS outbox (
      target TEXT NOT NULL, kind TEXT NOT NULL, section TEXT NOT NULL, owed_since TEXT,
      awaits TEXT, revision INT NOT NULL DEFAULT 1, attempts INT NOT NULL DEFAULT 0, problem TEXT,
      PRIMARY KEY (target, kind, section)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS outbox_targets (
      target TEXT NOT NULL PRIMARY KEY, delivered_at TEXT, problem TEXT, unreachable_since TEXT)
      WITHOUT ROWID;
    """

  /// Whether a file has both.
  static func isPresent(in database: SQLiteDatabase) throws(BackupError) -> Bool {
    let statement = try database.prepare(
      "SELECT count(*) FROM sqlite_schema WHERE type='table'"
        + " AND name IN ('outbox', 'outbox_targets')")
    return try statement.step() && statement.integer(0) == 2
  }
}
