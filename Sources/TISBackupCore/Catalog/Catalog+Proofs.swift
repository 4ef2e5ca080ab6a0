/// What a proof of a backup came to.
package struct ProofOutcome: Sendable, Equatable {
  /// When it was made.
  package var time: Instant
  /// Whether the backup passed.
  package var isGood: Bool
  /// What was shown, or what is wrong; for people.
  package var log: String
  /// Seconds it took to load it in a restore test; nil when there was none.
  package var restoreSeconds: Double?

  package init(time: Instant, isGood: Bool, log: String, restoreSeconds: Double? = nil) {
    (self.time, self.isGood, self.log) = (time, isGood, log)
    self.restoreSeconds = restoreSeconds
  }
}

extension Catalog {
  /// Writes what a proof came to beside the row of its backup, and owes that news to every target:
  /// both or neither, whenever it is stopped.
  ///
  /// A restore test of before stays on record when this proof had none. False when the row is there
  /// no more, or stands for a backup no more.
  @discardableResult
  package func record(_ proof: ProofOutcome, of backup: BackupRecord) throws(BackupError) -> Bool {
    try database.transaction { () throws(BackupError) in
      guard let start = try startText(of: backup) else { return false }
      try database.run(
        """
        UPDATE stats SET verified_at=?, verified_status=?, verified_log=?,
          restore_seconds=coalesce(?, restore_seconds)
        WHERE backup_name=? AND backup_start=? AND status=?
        """,
        [
          .text(proof.time.catalogText(in: zone)),
          .text((proof.isGood ? RunStatus.ok : .error).catalogText), .text(proof.log),
          SQLiteValue(proof.restoreSeconds), .text(backup.section), .text(start),
          .text(backup.status.catalogText),
        ])
      try oweNews(of: .backup, backup.section, at: proof.time)
      return true
    }
  }

  /// The start of a backup exactly as its row has it; nil when it is no backup any more.
  private func startText(of backup: BackupRecord) throws(BackupError) -> String? {
    let statement = try database.prepare(
      "SELECT backup_start FROM stats WHERE backup_name=? AND status=?"
        + " AND (TYPE='BACKUP' OR TYPE='' OR TYPE IS NULL)")
    try statement.bind([.text(backup.section), .text(backup.status.catalogText)])
    while try statement.step() {
      guard let text = statement.text(0), Instant(catalogText: text, in: zone) == backup.start
      else { continue }
      return text
    }
    return nil
  }
}
