import Monitoring
import TISBackupCore

/// How what has no range is judged, for all sections alike.
package struct Judgement: Sendable {
  /// What is judged: backups, or exports.
  package var type = RecordType.backup
  /// Whether an empty backup is as good as any other.
  package var allowsEmpty = false
  /// Seconds after which a run of the old program that never ended is taken for dead.
  package var staleRunning = 24 * 3600
  /// Bytes below which a change of size is no news, however many percent it is.
  package var minimumSizeChange: Int64 = 0
  /// The state of a section that was never backed up.
  package var missing = CheckState.critical
  /// The state of a section of the catalog that the ini does not know.
  package var orphan = CheckState.ok
  /// The state of what cannot be judged.
  package var unknown = CheckState.unknown
  /// Whether times are told beside ages: a passive result is read long after it was judged.
  package var tellsTimes = false
  /// Whether the details of every section are told, too.
  package var tellsDetails = false

  package init() {}
}
