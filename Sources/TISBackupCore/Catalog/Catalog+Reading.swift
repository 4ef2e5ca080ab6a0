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
  /// costs a few pages a section.
  package func recentRuns(of sections: [String], type: RecordType = .backup) throws(BackupError)
    -> [String: CatalogRows]
  {
    let statement = try rowsOfSection(withLog: false)
    var result: [String: CatalogRows] = [:]
    for section in sections {
      try statement.bind([.text(section)])
      result[section] = try recentRuns(from: statement, type: type)
    }
    return result
  }

  private func recentRuns(from statement: SQLiteStatement, type: RecordType) throws(BackupError)
    -> CatalogRows
  {
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
      if record.status == .ok { newestGood = max(newestGood ?? record.start, record.start) }
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
    let ours = CatalogSchema.addedColumns.map { present.contains($0.name) ? $0.name : "NULL" }
    return "SELECT backup_name, " + (withLog ? "server_name, description," : "NULL, NULL,")
      + " backup_start, backup_end,"
      + " total_files_count, written_files_count, total_bytes, written_bytes, status,"
      + (withLog ? " log," : " NULL,") + " backup_location,"
      + (present.contains("type") ? " TYPE, " : " 'BACKUP', ")
      + ours.prefix(3).joined(separator: ", ") + " FROM stats"
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
    return record
  }
}
