/// The newest word on whether a backup of a section can be restored.
package struct BackupProof: Sendable, Equatable {
  /// When the proof was made.
  package var time: Instant
  /// Whether the backup passed; nothing but `OK` does.
  package var isGood: Bool

  package init(time: Instant, isGood: Bool) { (self.time, self.isGood) = (time, isGood) }
}
