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
  /// Receipts and manifests whose backup is gone.
  package var orphans: [String] = []
  /// Why the section was not looked at, when it was not.
  package var skipped: String?

  /// Whether there is anything to do.
  package var isEmpty: Bool {
    retention.removals.isEmpty && superseded.isEmpty && trash.isEmpty && orphans.isEmpty
  }
}
