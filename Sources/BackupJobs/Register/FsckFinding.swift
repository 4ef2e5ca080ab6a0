import TISBackupCore

/// One thing in which catalog and disk do not agree, or that one of them should not have.
package struct FsckFinding: Sendable, Equatable {
  package enum Severity: String, Sendable {
    /// The catalog tells something that is not so, or cannot be read.
    case error
    /// Something is missing, or stands where it should not.
    case warning
    /// Nothing is wrong with it, and no tool knows what it is.
    case info
  }

  /// What it is about; stable words, scripts may match on them.
  package enum Kind: String, Sendable, CaseIterable {
    /// The file of the catalog is damaged, or not there.
    case catalog
    /// A row says that a backup is there, and it is not.
    case missing
    /// A row says that there is a backup, and not where.
    case placeless
    /// A backup is on disk, and has no row.
    case unregistered
    /// It has the name of a backup, and is none: empty, cut short, a link.
    case unusable
    /// Several rows tell of one backup.
    case doubled
    /// A start or an end is no time.
    case time
    /// A status that neither TISBackup nor this suite writes.
    case status
    /// A run claims to be at work, and is not.
    case dead
    /// A row without a TYPE, which TISBackup's own check never sees.
    case untyped
    /// The backups lie in the folder of their section, and are recorded in another.
    case moved
    /// The backup lies where it is recorded, outside of the folder of its section.
    case elsewhere
    /// A backup is there that cleanup is said to have removed.
    case reappeared
    /// A backup that is not empty was recorded as empty.
    case size
    /// A backup of ours without what its run proved beside it.
    case receipt
    /// A receipt, a manifest or a pin without its backup.
    case stray
    /// Unfinished work, or something that is being removed.
    case leftover
    /// A name that the type of the section does not know.
    case unknown
    /// Rows of a section, or a folder, that the ini does not name.
    case orphan
  }

  package var severity: Severity
  package var kind: Kind
  /// Nil for what is about no section.
  package var section: String?
  /// A sentence for people.
  package var what: String
  /// What to do about it.
  package var cure: String
  /// What `--repair` does about it; nothing where only a person can tell.
  package var mends: [CatalogMend] = []
  /// Whether the runs of the section that died are to be ended as a run would end them.
  package var settlesRuns = false

  package init(
    _ severity: Severity, _ kind: Kind, _ section: String?, _ what: String, cure: String,
    mends: [CatalogMend] = []
  ) {
    (self.severity, self.kind, self.section) = (severity, kind, section)
    (self.what, self.cure, self.mends) = (what, cure, mends)
  }

  package var isMendable: Bool { !mends.isEmpty || settlesRuns }

  /// The cure of what `--repair` can mend.
  static let repair = "tisbackup-register --fsck --repair"
}
