/// The handle of a run that has begun: what its row can be found by again.
package struct RunKey: Sendable, Hashable {
  package var section: String
  package var start: Instant
  /// The start exactly as the row has it.
  package var startText: String
  package var type: RecordType
}

extension Catalog {
  /// Writes the `Running` row of a run that begins now.
  ///
  /// TISBackup's check dies of a row without an end, so the start stands in for it until the run
  /// has ended, as it does there.
  package func begin(
    _ type: RecordType, section: String, server: String, description: String, at now: Instant,
    by writer: ProcessIdentity
  ) throws(BackupError) -> RunKey {
    try database.transaction { () throws(BackupError) in
      var record = BackupRecord(
        section: section, start: try freeStart(section, now), status: .running)
      record.type = type
      record.server = server
      record.description = description
      record.end = record.start
      record.writer = writer
      try insert(record)
      let key = RunKey(
        section: section, start: record.start,
        startText: record.start.catalogText(in: zone), type: type)
      try awaitEnd(of: key)
      return key
    }
  }

  /// Turns the `Running` row of a run into what it came to, and owes that to every target: both
  /// or neither, whenever it is stopped.
  package func end(_ key: RunKey, _ outcome: Outcome, at now: Instant) throws(BackupError) {
    try database.transaction { () throws(BackupError) in
      try endRow(key, outcome, at: now)
      try oweNews(of: key.type, key.section, at: now)
    }
  }

  private func endRow(_ key: RunKey, _ outcome: Outcome, at now: Instant) throws(BackupError) {
    let changed = try database.run(
      """
      UPDATE stats SET backup_end=?, backup_duration=?, total_files_count=?,
        written_files_count=?, total_bytes=?, written_bytes=?, transferred_bytes=?, status=?,
        log=?, backup_location=?
      WHERE backup_name=? AND backup_start=? AND status='Running'
      """,
      [
        .text(now.catalogText(in: zone)),
        .real(max(0, Double(now.microseconds - key.start.microseconds)) / 3_600_000_000),
        SQLiteValue(outcome.files), SQLiteValue(outcome.writtenFiles), SQLiteValue(outcome.bytes),
        SQLiteValue(outcome.writtenBytes), SQLiteValue(outcome.transferredBytes),
        .text(outcome.status.catalogText), .text(outcome.log), SQLiteValue(outcome.location),
        .text(key.section), .text(key.startText),
      ])
    guard changed == 1 else { throw BackupError(.catalog, .lostRow(key, changed)) }
  }

  /// Takes a run back that decided to do nothing, as if it had never begun.
  package func withdraw(_ key: RunKey) throws(BackupError) {
    try database.transaction { () throws(BackupError) in
      try database.run(
        "DELETE FROM stats WHERE backup_name=? AND backup_start=? AND status='Running'",
        [.text(key.section), .text(key.startText)])
      try forgetAwaited(key)
    }
  }

  /// Adds a finished run, such as one found on disk.
  package func add(_ record: BackupRecord, at now: Instant = .current()) throws(BackupError) {
    try database.transaction { () throws(BackupError) in
      try insert(record)
      try oweNews(of: record.type, record.section, at: now)
    }
  }

  /// Marks a backup as removed, and why: that stands at the end of its log from now on.
  ///
  /// All its rows, in one transaction.
  package func markClean(_ record: BackupRecord, because reason: String, at now: Instant)
    throws(BackupError)
  {
    let line = SQLiteValue.text(Removal(time: now, reason: reason).line(in: zone))
    try database.transaction { () throws(BackupError) in
      try oweNews(of: .backup, record.section, at: now)
      try database.run(
        "UPDATE stats SET TYPE='CLEAN', \(Self.appendedLog) WHERE backup_name=?"
          + " AND backup_location=? AND (TYPE='BACKUP' OR TYPE='' OR TYPE IS NULL)",
        [line, line, .text(record.section), SQLiteValue(record.location)])
    }
  }

  /// Sets the log of a row to what it was and one line more, which is bound twice.
  static let appendedLog =
    "log=CASE WHEN coalesce(log, '')='' THEN ? ELSE log || char(10) || ? END"

  /// The key of a row that was read, for the tools that finish what a dead run left.
  package func key(of record: BackupRecord) throws(BackupError) -> RunKey? {
    let statement = try database.prepare(
      "SELECT backup_start FROM stats WHERE backup_name=? AND status='Running'")
    try statement.bind([.text(record.section)])
    while try statement.step() {
      guard let text = statement.text(0), Instant(catalogText: text, in: zone) == record.start
      else { continue }
      return RunKey(
        section: record.section, start: record.start, startText: text, type: record.type)
    }
    return nil
  }

  /// A copy of the whole catalog as one consistent file, which must not exist yet.
  package func copy(to path: String) throws(BackupError) {
    try database.run("VACUUM INTO ?", [.text(path)])
  }

  /// Section and start name a row, so no two of them may share both.
  private func freeStart(_ section: String, _ wanted: Instant) throws(BackupError) -> Instant {
    let statement = try database.prepare(
      "SELECT 1 FROM stats WHERE backup_name=? AND backup_start=?")
    var start = wanted
    while true {
      try statement.bind([.text(section), .text(start.catalogText(in: zone))])
      guard try statement.step() else { return start }
      start.microseconds += 1
    }
  }

  func insert(_ record: BackupRecord) throws(BackupError) {
    try database.run(
      """
      INSERT INTO stats (backup_name, server_name, description, backup_start, backup_end,
        backup_duration, total_files_count, written_files_count, total_bytes, written_bytes,
        status, log, backup_location, TYPE, writer_pid, writer_boot, writer_start)
      VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
      """,
      [
        .text(record.section), .text(record.server), .text(record.description),
        .text(record.start.catalogText(in: zone)),
        .text((record.end ?? record.start).catalogText(in: zone)),
        SQLiteValue(record.duration.map { Double($0) / 3600 }),
        SQLiteValue(record.files), SQLiteValue(record.writtenFiles), SQLiteValue(record.bytes),
        SQLiteValue(record.writtenBytes), .text(record.status.catalogText), .text(record.log),
        SQLiteValue(record.location), .text(record.type.catalogText),
        SQLiteValue(record.writer.map { Int64($0.pid) }), SQLiteValue(record.writer?.bootID),
        SQLiteValue(record.writer?.startTicks),
      ])
  }
}

extension BackupError.Message {
  fileprivate static func lostRow(_ key: RunKey, _ changed: Int) -> Self {
    "the catalog has \(changed) running rows of [\(key.section)] begun at \(key.startText), not one"
  }
}
