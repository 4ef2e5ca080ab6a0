import TISBackupCore

/// Which backups are to be proven, and what stands in the way of others.
package struct VerifyPlan: Sendable {
  /// One backup that is to be proven.
  package struct Item: Sendable {
    package var record: BackupRecord
    package var type: BackupType
    /// Where it is on disk.
    package var location: String

    package var section: String { record.section }
    /// Its name on disk, for people.
    package var name: String { DiskPath.name(of: location) }
  }

  /// In the order of the sections, newest first: what will be needed first is proven first.
  package var items: [Item] = []
  /// Sections that have nothing to prove, and why.
  package var left: [SectionResult] = []
}
