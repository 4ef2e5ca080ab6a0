import OutsideWorld
import TISBackupCore

extension ScratchPostgreSQL {
  /// Counts what is in the database of the test.
  func count(
    _ dump: StoredDump, seconds: Double
  ) async throws(BackupError) -> RestoredContent {
    let finished = try await ask(
      // Functions of the dump are not asked.
      "SET search_path = pg_catalog", Self.countRows,
      "SELECT current_setting('tisbackup.tables'), current_setting('tisbackup.rows')",
      in: Self.database)
    let words = finished.output.split { $0.isWhitespace || $0 == "|" }
    guard finished.succeeded, words.count == 2, let tables = Int64(words[0]),
      let rows = Int64(words[1])
    else { throw BackupError(.storage, .uncounted(dump, finished)) }
    return RestoredContent(tables: tables, rows: rows, seconds: seconds)
  }

  /// A partitioned table has no rows of its own.
  private static let countRows = """
    DO $$
    DECLARE
      found record; n bigint; tables_found bigint := 0; rows_found bigint := 0;
    BEGIN
      FOR found IN SELECT nspname, relname, relkind FROM pg_class
        JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE relkind IN ('r', 'p') AND nspname NOT IN ('pg_catalog', 'information_schema')
          AND nspname !~ '^pg_toast'
      LOOP
        tables_found := tables_found + 1;
        CONTINUE WHEN found.relkind = 'p';
        EXECUTE format('SELECT count(*) FROM ONLY %I.%I', found.nspname, found.relname) INTO n;
        rows_found := rows_found + n;
      END LOOP;
      PERFORM set_config('tisbackup.tables', tables_found::text, false);
      PERFORM set_config('tisbackup.rows', rows_found::text, false);
    END $$
    """
}

extension BackupError.Message {
  fileprivate static func uncounted(_ dump: StoredDump, _ finished: Finished) -> Self {
    "the rows of '\(dump.database)' cannot be counted: \(finished.reason)"
  }
}
