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
    /// What the copy takes at most.
    package var needs: CopyNeeds
    /// Whether this very backup is there already.
    package var isThere: Bool
    /// How the copy lies there.
    package var form = CopyForm.whole
    /// Whether what is unchanged can be linked to the generation before.
    package var links = true

    package var destination: String { "\(folder)/\(generation)" }
    package var incoming: String { destination + ".incoming" }

    /// What a target that is no disk for backups makes of the copy, as the end of a sentence.
    var remark: String {
      guard form != .archive else {
        return ", as an archive: the target keeps no owners, modes and links"
      }
      return links ? "" : ", without links: each generation takes all of its room"
    }
  }

  package var items: [Item] = []
  /// Sections that have nothing to export, and why.
  package var left: [SectionResult] = []
  /// What the target has room for.
  package var free: TargetSpace
  /// What the target can keep.
  package var abilities = TargetAbilities()
  /// What the catalog, the manifest and the paper take while they are replaced.
  package var paperwork = CopyNeeds()

  /// What all of it takes at most.
  ///
  /// Older generations go only when the new ones are there: what they give back does not count.
  package var needed: CopyNeeds {
    items.filter { !$0.isThere }.map(\.needs).reduce(paperwork, +)
  }

  /// Whether the target has room for it, as far as anybody can tell before.
  package var fits: Bool {
    needed.bytes <= free.bytes && free.inodes.map { needed.inodes <= $0 } ?? true
  }
}
