/// One change that brings the catalog in line with the disk, and loses nothing that anybody knew: why
/// it was made is added to the log of the row.
package enum CatalogMend: Sendable, Equatable {
  /// A row, and where its backup is now.
  package struct Move: Sendable, Equatable {
    package var row: CatalogRow
    package var location: String

    package init(_ row: CatalogRow, to location: String) {
      (self.row, self.location) = (row, location)
    }
  }

  /// A backup on disk gets its row.
  case add(BackupRecord)
  /// Rows become those of a backup, or of one that is gone.
  case retype([CatalogRow], RecordType)
  /// Rows say where their backups are now.
  case relocate([Move])
  /// A time that nobody can read is replaced.
  case retime(CatalogRow, start: Instant?, end: Instant?)
  /// A backup that was recorded as empty gets the size it has on disk.
  case resize(CatalogRow, files: Int64, bytes: Int64)
  /// A run that will not end any more is ended as failed.
  case fail(CatalogRow)
  /// Of the rows of one backup, one is left, which says so.
  case merge(kept: CatalogRow, dropped: [CatalogRow])
}

extension Catalog {
  /// Does what mends the rows of a section, and owes the news of that once: all of it, or nothing.
  ///
  /// The numbers of the rows must have been read while nobody else could write to the file.
  package func mend(_ mends: [CatalogMend], of section: String, at now: Instant)
    throws(BackupError)
  {
    try database.transaction { () throws(BackupError) in
      for mend in mends { try perform(mend, at: now) }
      try oweNews(of: .backup, section, at: now)
    }
  }

  private func perform(_ mend: CatalogMend, at now: Instant) throws(BackupError) {
    switch mend {
    case .add(let record): try insert(record)
    case .retype(let rows, let type):
      for row in rows {
        // So that it can be asked why, as of what cleanup removed.
        let text =
          type == .clean
          ? SQLiteValue.text(Removal(time: now, reason: .vanished).line(in: zone))
          : dated(.retyped(row, type), now)
        try change(row, "TYPE=?", [.text(type.catalogText)], text)
      }
    case .relocate(let moves):
      for move in moves {
        try change(
          move.row, "backup_location=?", [.text(move.location)],
          dated(.relocated(move.row), now))
      }
    case .retime(let row, let start, let end):
      try change(
        row, "backup_start=coalesce(?, backup_start), backup_end=coalesce(?, backup_end)",
        [start, end].map { SQLiteValue($0?.catalogText(in: zone)) },
        dated(.retimed(row, start, end), now))
    case .resize(let row, let files, let bytes):
      try change(
        row, "total_files_count=?, total_bytes=?", [.integer(files), .integer(bytes)],
        dated(.resized(row), now))
    case .fail(let row):
      // What lies where it says has to be found, and proven, as if nobody had told of it.
      try change(row, "status='ERROR', backup_location=NULL", [], dated(.failed(row), now))
    case .merge(let kept, let dropped):
      for row in dropped { try drop(row, for: kept, now) }
    }
  }

  /// A note on what was done is never in the way of the news: it comes last in the log.
  private func change(
    _ row: CatalogRow, _ assignments: String, _ values: [SQLiteValue], _ note: SQLiteValue
  ) throws(BackupError) {
    try database.run(
      "UPDATE stats SET \(assignments), \(Self.appendedLog) WHERE rowid=? AND backup_name=?",
      values + [note, note, .integer(row.id), .text(row.section)])
  }

  private func dated(_ note: BackupError.Message, _ now: Instant) -> SQLiteValue {
    .text("\(note.text) at \(now.logText(in: zone))")
  }

  /// The log of a row that goes, and its proof where the other has none, stay with the one that is kept.
  private func drop(_ row: CatalogRow, for kept: CatalogRow, _ now: Instant) throws(BackupError) {
    try database.run(
      """
      UPDATE stats SET log=coalesce(log, '') || char(10) || ?1
          || coalesce((SELECT char(10) || log FROM stats WHERE rowid=?2 AND log<>''), ''),
        (verified_at, verified_status, verified_log, restore_seconds)=(
          SELECT verified_at, verified_status, verified_log, restore_seconds FROM stats AS other
            WHERE other.rowid=CASE WHEN stats.verified_at IS NULL THEN ?2 ELSE ?3 END)
        WHERE rowid=?3 AND backup_name=?4
      """,
      [
        dated(.merged(row), now), .integer(row.id), .integer(kept.id),
        .text(row.section),
      ])
    try database.run(
      "DELETE FROM stats WHERE rowid=? AND backup_name=?", [.integer(row.id), .text(row.section)])
  }
}

extension BackupError.Message {
  private static let by = "tisbackup-register --fsck --repair"

  fileprivate static func retyped(_ row: CatalogRow, _ type: RecordType) -> Self {
    "was of TYPE '\(row.typeText ?? "")', made \(type.catalogText) by \(by)"
  }
  fileprivate static func relocated(_ row: CatalogRow) -> Self {
    "was recorded at '\(row.location ?? "")', found where it is by \(by)"
  }
  fileprivate static func retimed(_ row: CatalogRow, _ start: Instant?, _ end: Instant?) -> Self {
    let texts = [start.map { _ in row.startText ?? "" }, end.map { _ in row.endText ?? "" }]
      .compactMap { $0.map { "'\($0)'" } }
    return "the time \(texts.joined(separator: " and ")) was replaced by \(by)"
  }
  fileprivate static func resized(_ row: CatalogRow) -> Self {
    "was recorded with \(row.bytes.map { "\($0) B" } ?? "no size"), measured by \(by)"
  }
  fileprivate static func failed(_ row: CatalogRow) -> Self {
    "the run died before it ended, found by \(by)"
  }
  fileprivate static func merged(_ row: CatalogRow) -> Self {
    let start = row.startText ?? "at no time"
    return
      "a second row of this backup, begun \(start) (\(row.status.catalogText)), was merged by \(by)"
  }
}

extension String {
  /// Why a backup counts as removed that somebody else took from the disk.
  fileprivate static let vanished =
    "gone from disk, found by tisbackup-register --fsck --repair"
}
