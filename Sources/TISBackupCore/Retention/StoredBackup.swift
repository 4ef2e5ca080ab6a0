/// One backup that retention judges.
package struct StoredBackup: Sendable, Equatable {
  package var record: BackupRecord
  /// Whether what the record points to is on disk.
  package var exists: Bool
  /// Whether somebody asked to keep it for ever (``BackupPin``).
  package var isPinned = false
  /// Whether somebody reads it now: it is being verified or exported.
  package var isInUse = false

  package init(_ record: BackupRecord, exists: Bool) {
    (self.record, self.exists) = (record, exists)
  }

  /// Whether it is complete as far as is known, and there.
  package var isGood: Bool { exists && record.isGood }

  /// Whether it is what a run left that failed, and there.
  package var isLeftover: Bool {
    exists && record.status != .ok && record.status != .warning && record.status != .running
  }
}
