import Monitoring
import TISBackupCore

/// What the command line asks of the check, for all sections alike.
package struct CheckSettings: Sendable {
  /// Ranges that stand before each section's own keys.
  package var limits = SectionLimits()
  /// Free space and inodes of the base folder; without any, those of `[global]` in a check of all
  /// sections.
  package var space = SpaceLimits()
  /// What is judged: backups, or exports.
  package var type = RecordType.backup
  /// Whether the backups themselves are looked for on disk.
  package var looksForBackups = true
  /// Whether an empty backup is as good as any other.
  package var allowsEmpty = false
  /// Seconds after which a run of the old program that never ended is taken for dead.
  package var staleRunning = 24 * 3600
  /// Good backups before the last whose median its size is compared with.
  package var history = 7
  /// Bytes below which a change of size is no news, however many percent it is.
  package var minimumSizeChange: Int64 = 0
  /// The state of a section that was never backed up.
  package var missing = CheckState.critical
  /// The state of a section of the catalog that the ini does not know.
  package var orphan = CheckState.ok
  /// The state of what cannot be judged.
  package var unknown = CheckState.unknown

  package init() {}
}
