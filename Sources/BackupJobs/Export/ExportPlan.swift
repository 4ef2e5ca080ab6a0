import TISBackupCore

/// What an export means to copy, and what it leaves alone.
package struct ExportPlan: Sendable, Equatable {
  /// The newest good backup of one section, and where its copy goes.
  package struct Item: Sendable, Equatable {
    package var section: String
    package var server: String
    package var record: BackupRecord
    /// The backup itself, a folder or a file.
    package var source: String
    /// Folder of the section on the target.
    package var folder: String
    /// `YYYYMMDD-HHhMMmSS` of the backup.
    package var generation: String
    /// Bytes the copy may need at most.
    package var bytes: Int64
    /// Whether this very backup is there already.
    package var isThere: Bool

    package var destination: String { "\(folder)/\(generation)" }
    package var incoming: String { destination + ".incoming" }
  }

  package var items: [Item] = []
  /// Sections that have nothing to export, and why.
  package var left: [SectionResult] = []
  /// Bytes that are free on the target.
  package var free: Int64
  /// Bytes that the copies may need at most.
  package var needed: Int64 { items.filter { !$0.isThere }.map(\.bytes).reduce(0, +) }
}
