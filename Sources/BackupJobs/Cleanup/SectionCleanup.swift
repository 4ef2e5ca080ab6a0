import Glibc
import OutsideWorld
import TISBackupCore

/// What cleanup means to do in the folder of one section.
package struct SectionCleanup: Sendable, Equatable {
  package var section: String
  package var folder: String
  /// Every backup the catalog knows, newest first, with its reason.
  package var retention: RetentionPlan
  /// Unfinished folders that a newer good backup made useless.
  package var superseded: [String] = []
  /// What an earlier cleanup had begun to remove.
  package var trash: [String] = []
  /// Receipts, manifests and pins whose backup is gone.
  package var orphans: [String] = []
  /// Why the section was not looked at, when it was not.
  package var skipped: String?
  /// Bytes that the removal of each name in the folder gives back; only of a plan that was measured.
  package private(set) var freed: [String: Int64] = [:]

  package init(section: String, folder: String, retention: RetentionPlan) {
    (self.section, self.folder, self.retention) = (section, folder, retention)
  }

  /// Whether there is anything to do.
  package var isEmpty: Bool {
    retention.removals.isEmpty && superseded.isEmpty && trash.isEmpty && orphans.isEmpty
  }

  /// Why an administrator should look at a section that is not cleaned as usual; nil for none.
  package var reasonToWarn: String? {
    let count = retention.heldBack
    guard count > 0 else { return nil }
    return
      "kept \(count) older \(count == 1 ? "one" : "ones"), for no good backup lies within backup_retention_time"
  }

  /// What came of it when so much was removed.
  func result(_ text: String) -> SectionResult {
    reasonToWarn.map { SectionResult(section, .warning, "\(text); \($0)") }
      ?? SectionResult(section, .ok, text)
  }

  /// The bytes that all of it gives back.
  package var freedBytes: Int64 { freed.values.reduce(0, +) }

  /// Looks at what would go, in the order in which it does; what may not be read stays unknown.
  mutating func measure(_ blocks: inout UniqueBlocks) throws(BackupError) {
    let backups = retention.removals.filter(\.backup.exists)
      .compactMap { $0.backup.record.location.map { DiskPath.name(of: DiskPath.trimmed($0)) } }
    for name in trash + backups + superseded where access("\(folder)/\(name)", F_OK) == 0 {
      do throws(BackupError) {
        freed[name] = try blocks.add("\(folder)/\(name)")
      } catch {
        if error.code == .interrupted { throw error }
      }
    }
  }
}
