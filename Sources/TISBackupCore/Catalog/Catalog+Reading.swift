/// Rows that were read, and how many could not be understood.
package struct CatalogRows: Sendable, Equatable {
  package var records: [BackupRecord] = []
  /// Rows whose start is not a time: they are told, never guessed.
  package var unreadable = 0

  package init() {}
}

extension Catalog {
  /// How far two readings of one local text can lie apart: the widest spread of offsets.
  ///
  /// Rows come out of the index by the text of their start; real time may differ by this much.
  private static let textOrderSlack = 26 * 3600
  /// So many sections cost more, one by one without the index, than a scan of everything.
  static let fewestToScan = 200

  /// The newest runs of a section, newest start first; of every type, or of one.
  package func newest(
    _ limit: Int = .max, of section: String, type: RecordType? = .backup
  ) throws(BackupError) -> CatalogRows {
    let statement = try rowsOfSection(withLog: true)
    try statement.bind([.text(section)])
    var rows = CatalogRows()
    while rows.records.count < limit, try statement.step() {
      guard let record = record(in: statement) else {
        rows.unreadable += 1
        continue
      }
      if type == nil || record.type == type { rows.records.append(record) }
    }
    statement.reset()
    rows.records.sort { $0.start > $1.start }
    return rows
  }

  /// Reads the runs that decide about many sections: newest first, down to the newest good one.
  ///
  /// One statement serves all sections, and logs are left out, so a catalog with a million rows
  /// costs a few pages a section. Where the index for that is missing, as in the files of
  /// TISBackup, many sections are read in one scan of the rows since `scanStart`.
  ///
  /// A good one that began after `horizon` ends no search: where the clock was wrong for a night, its
  /// backup would hide all that has failed since.
  package func recentRuns(
    of sections: [String], type: RecordType = .backup, scanStart: Instant? = nil,
    horizon: Instant = Instant(microseconds: .max)
  ) throws(BackupError) -> [String: CatalogRows] {
    var result: [String: CatalogRows] = [:]
    if let scanStart, sections.count >= Self.fewestToScan, try !hasStartIndex {
      result = try scannedRuns(since: scanStart, horizon, type)
    }
    let statement = try rowsOfSection(withLog: false)
    for section in sections where result[section] == nil {
      try statement.bind([.text(section)])
      result[section] = try recentRuns(from: statement, horizon, type)
    }
    return result
  }

  /// The runs since `start` of all sections that have a good one among them, from one scan.
  ///
  /// A good one within the slack of the start is left to the slow way: rows newer than it might
  /// lie before the start, by their text.
  private func scannedRuns(since start: Instant, _ horizon: Instant, _ type: RecordType)
    throws(BackupError) -> [String: CatalogRows]
  {
    let statement = try database.prepare(
      select(withLog: false) + " NOT INDEXED WHERE backup_start>=?")
    try statement.bind([.text(String(start.catalogText(in: zone).prefix(19)))])
    var found: [String: CatalogRows] = [:]
    var complete: Set<String> = []
    while try statement.step() {
      guard let record = record(in: statement) else {
        found[statement.text(0) ?? "", default: CatalogRows()].unreadable += 1
        continue
      }
      guard record.type == type else { continue }
      found[record.section, default: CatalogRows()].records.append(record)
      if record.isSound, record.start <= horizon,
        record.start.seconds(since: start) > Self.textOrderSlack
      {
        complete.insert(record.section)
      }
    }
    statement.reset()
    return found.filter { complete.contains($0.key) }.mapValues { rows in
      var rows = rows
      rows.records.sort { $0.start > $1.start }
      return rows
    }
  }

  private func recentRuns(
    from statement: SQLiteStatement, _ horizon: Instant, _ type: RecordType
  ) throws(BackupError) -> CatalogRows {
    var rows = CatalogRows()
    var newestGood: Instant?
    while try statement.step() {
      guard let record = record(in: statement) else {
        rows.unreadable += 1
        continue
      }
      if let newestGood, newestGood.seconds(since: record.start) > Self.textOrderSlack { break }
      guard record.type == type else { continue }
      rows.records.append(record)
      if record.isSound, record.start <= horizon {
        newestGood = max(newestGood ?? record.start, record.start)
      }
    }
    statement.reset()
    rows.records.sort { $0.start > $1.start }
    return rows
  }

  /// The log of one run, at most `limit` characters.
  package func log(of record: BackupRecord, limit: Int = 4000) throws(BackupError) -> String {
    let statement = try database.prepare(
      "SELECT substr(log, 1, ?), backup_start FROM stats WHERE backup_name=?"
        + " AND backup_start LIKE ? ESCAPE '\\' ORDER BY backup_start DESC")
    let second = record.start.catalogText(in: zone).prefix(17)
    try statement.bind([.integer(Int64(limit)), .text(record.section), .text(second + "%")])
    while try statement.step() {
      let text = statement.text(1) ?? ""
      if Instant(catalogText: text, in: zone) == record.start { return statement.text(0) ?? "" }
    }
    return ""
  }

  /// The names of all sections that ever left a row, in the order of their bytes.
  package func sectionNames() throws(BackupError) -> [String] {
    // From one name to the next through the index: a million rows cost no more than their names.
    let statement = try database.prepare(
      try hasNameIndex
        ? """
        WITH RECURSIVE names(name) AS (
          SELECT min(backup_name) FROM stats UNION ALL
          SELECT (SELECT min(backup_name) FROM stats WHERE backup_name > name) FROM names
            WHERE name IS NOT NULL)
        SELECT name FROM names WHERE name IS NOT NULL
        """ : "SELECT DISTINCT backup_name FROM stats WHERE backup_name IS NOT NULL ORDER BY 1")
    var names: [String] = []
    while try statement.step() { names.append(statement.text(0) ?? "") }
    return names
  }

  /// Whether the rows of a section come out of an index in the order of their starts.
  var hasStartIndex: Bool {
    get throws(BackupError) {
      try database.prepare(
        """
        SELECT 1 FROM pragma_index_list('stats') AS list, pragma_index_info(list.name) AS one,
          pragma_index_info(list.name) AS two WHERE list.partial = 0
          AND one.seqno = 0 AND one.name = 'backup_name'
          AND two.seqno = 1 AND two.name = 'backup_start'
        """
      ).step()
    }
  }

  private var hasNameIndex: Bool {
    get throws(BackupError) {
      try database.prepare(
        """
        SELECT 1 FROM pragma_index_list('stats') AS list, pragma_index_info(list.name) AS info
          WHERE list.partial = 0 AND info.seqno = 0 AND info.name = 'backup_name'
        """
      ).step()
    }
  }

  /// Every row that claims to run, of every section.
  package func running() throws(BackupError) -> [BackupRecord] {
    let statement = try database.prepare(select(withLog: true) + " WHERE status='Running'")
    var records: [BackupRecord] = []
    while try statement.step() { record(in: statement).map { records.append($0) } }
    return records.sorted { $0.start > $1.start }
  }

  private func rowsOfSection(withLog: Bool) throws(BackupError) -> SQLiteStatement {
    try database.prepare(
      select(withLog: withLog) + " WHERE backup_name=? ORDER BY backup_start DESC, rowid DESC")
  }

  /// Columns that an older file lacks are read as NULL.
  private func select(withLog: Bool) -> String {
    let ours = [
      "writer_pid", "writer_boot", "writer_start", "verified_at", "verified_status",
      "restore_seconds",
    ].map { present.contains($0) ? $0 : "NULL" }
    return "SELECT backup_name, " + (withLog ? "server_name, description," : "NULL, NULL,")
      + " backup_start, backup_end,"
      + " total_files_count, written_files_count, total_bytes, written_bytes, status,"
      + (withLog ? " log," : " NULL,") + " backup_location,"
      + (present.contains("type") ? " TYPE, " : " 'BACKUP', ")
      + ours.joined(separator: ", ") + " FROM stats"
  }

  private func record(in row: SQLiteStatement) -> BackupRecord? {
    guard let start = row.text(3).flatMap({ Instant(catalogText: $0, in: zone) }) else {
      return nil
    }
    var record = BackupRecord(
      section: row.text(0) ?? "", start: start,
      status: RunStatus(catalogText: row.text(9) ?? ""))
    record.server = row.text(1) ?? ""
    record.description = row.text(2) ?? ""
    record.end = row.text(4).flatMap { Instant(catalogText: $0, in: zone, notBefore: start) }
    record.files = row.integer(5)
    record.writtenFiles = row.integer(6)
    record.bytes = row.integer(7)
    record.writtenBytes = row.integer(8)
    record.log = row.text(10) ?? ""
    record.location = row.text(11).flatMap { $0.isEmpty ? nil : $0 }
    record.type = RecordType(catalogText: row.text(12))
    if let pid = row.integer(13), let boot = row.text(14), let ticks = row.integer(15) {
      record.writer = ProcessIdentity(
        pid: Int32(truncatingIfNeeded: pid), bootID: boot, startTicks: ticks)
    }
    record.proof = BackupProof(verifiedAt: row.text(16), status: row.text(17), in: zone)
    record.proof?.restoreSeconds = row.real(18)
    return record
  }
}
