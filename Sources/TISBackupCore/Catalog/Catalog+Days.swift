/// What a section's runs of one day came to.
package struct DayOfRuns: Sendable, Equatable {
  /// The best of them: what failed and then succeeded is a day with a backup.
  package var status: RunStatus
  package var runs = 1
  /// What all of them stored anew, in bytes.
  package var writtenBytes: Int64 = 0

  package init(status: RunStatus) { self.status = status }

  fileprivate mutating func add(_ status: RunStatus) {
    runs += 1
    if Self.rank(status) > Self.rank(self.status) { self.status = status }
  }

  private static func rank(_ status: RunStatus) -> Int {
    switch status {
    case .ok: 4
    case .warning: 3
    case .running: 2
    case .error: 1
    case .other: 0
    }
  }
}

extension Catalog {
  /// The backups of some sections by the local day on which they began, `2026-11-28`, from a day on.
  ///
  /// Those that cleanup has removed since count as well: it is their runs that are told.
  package func days(of sections: [String], since day: String) throws(BackupError)
    -> [String: [String: DayOfRuns]]
  {
    let statement = try database.prepare(
      """
      SELECT substr(backup_start, 1, 10), status, written_bytes FROM stats
        WHERE backup_name=? AND backup_start>=?\(present.contains("type") ? " AND (TYPE IS NULL OR TYPE IN ('', 'BACKUP', 'CLEAN'))" : "")
      """)
    var result: [String: [String: DayOfRuns]] = [:]
    for section in sections {
      try statement.bind([.text(section), .text(day)])
      var days: [String: DayOfRuns] = [:]
      while try statement.step() {
        guard let day = statement.text(0) else { continue }
        let status = RunStatus(catalogText: statement.text(1) ?? "")
        if days[day] == nil {
          days[day] = DayOfRuns(status: status)
        } else {
          days[day]?.add(status)
        }
        days[day]?.writtenBytes += max(0, statement.integer(2) ?? 0)
      }
      statement.reset()
      result[section] = days
    }
    return result
  }
}
