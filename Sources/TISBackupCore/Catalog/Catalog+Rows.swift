extension Catalog {
  /// Every row of a section as it stands, oldest first; logs are left out, so that many sections cost
  /// little.
  package func rows(of section: String) throws(BackupError) -> [CatalogRow] {
    let statement = try database.prepare(selectRows + " WHERE backup_name=? ORDER BY rowid")
    try statement.bind([.text(section)])
    var rows: [CatalogRow] = []
    while try statement.step() { rows.append(Self.row(in: statement)) }
    return rows
  }

  /// How many rows each section has.
  package func rowCounts() throws(BackupError) -> [String: Int] {
    let statement = try database.prepare(
      "SELECT coalesce(backup_name, ''), count(*) FROM stats GROUP BY 1")
    var counts: [String: Int] = [:]
    while try statement.step() { counts[statement.text(0) ?? ""] = Int(statement.integer(1) ?? 0) }
    return counts
  }

  /// Columns that an older file lacks are read as NULL.
  var selectRows: String {
    let ours = ["type", "writer_pid", "writer_boot", "writer_start"]
      .map { present.contains($0) ? $0 : "NULL" }
    return "SELECT rowid, backup_name, backup_start, backup_end, status, backup_location,"
      + " total_bytes, " + ours.joined(separator: ", ") + " FROM stats"
  }

  static func row(in statement: SQLiteStatement) -> CatalogRow {
    var row = CatalogRow(
      id: statement.integer(0) ?? 0, section: statement.text(1) ?? "",
      status: RunStatus(catalogText: statement.text(4) ?? ""))
    (row.startText, row.endText) = (statement.text(2), statement.text(3))
    row.location = statement.text(5).flatMap { $0.isEmpty ? nil : $0 }
    row.bytes = statement.integer(6)
    row.typeText = statement.text(7)
    if let pid = statement.integer(8), let boot = statement.text(9),
      let ticks = statement.integer(10)
    {
      row.writer = ProcessIdentity(
        pid: Int32(truncatingIfNeeded: pid), bootID: boot, startTicks: ticks)
    }
    return row
  }
}
