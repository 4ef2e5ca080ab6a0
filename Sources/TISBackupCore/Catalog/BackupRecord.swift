/// How a run ended, in the words of the catalog.
package enum RunStatus: Sendable, Hashable {
  case ok, warning, error, running
  /// A word that neither TISBackup nor we write; never good.
  case other(String)

  package init(catalogText text: String) {
    switch text {
    case "OK": self = .ok
    case "Warning": self = .warning
    case "ERROR": self = .error
    case "Running": self = .running
    default: self = .other(text)
    }
  }

  package var catalogText: String {
    switch self {
    case .ok: "OK"
    case .warning: "Warning"
    case .error: "ERROR"
    case .running: "Running"
    case .other(let text): text
    }
  }
}

/// What a row of the catalog is about.
package enum RecordType: Sendable, Hashable {
  case backup, export
  /// A backup that cleanup has removed.
  case clean
  case other(String)

  /// TISBackup's own registration left the type empty, and very old catalogs have none: a backup.
  package init(catalogText text: String?) {
    switch text {
    case nil, "", "BACKUP": self = .backup
    case "EXPORT": self = .export
    case "CLEAN": self = .clean
    case .some(let text): self = .other(text)
    }
  }

  package var catalogText: String {
    switch self {
    case .backup: "BACKUP"
    case .export: "EXPORT"
    case .clean: "CLEAN"
    case .other(let text): text
    }
  }
}

/// One run, as the catalog remembers it.
package struct BackupRecord: Sendable, Equatable {
  /// The section that ran (`backup_name`).
  package var section: String
  package var server = ""
  package var description = ""
  package var start: Instant
  /// When it ended; nil where the catalog holds none that can be read.
  package var end: Instant?
  package var files: Int64?
  package var writtenFiles: Int64?
  /// Size of the whole backup, in bytes.
  package var bytes: Int64?
  /// What this run had to store anew, in bytes.
  package var writtenBytes: Int64?
  package var status: RunStatus
  package var log = ""
  /// Absolute path of the backup, or the destination of an export.
  package var location: String?
  package var type = RecordType.backup
  /// Who wrote the row, when it was one of our tools.
  package var writer: ProcessIdentity?
  /// When it was last proven to be restorable, or not to be.
  package var proof: BackupProof?

  package init(section: String, start: Instant, status: RunStatus) {
    (self.section, self.start, self.status) = (section, start, status)
  }

  /// Seconds from start to end, nil while it runs.
  package var duration: Int? {
    status == .running ? nil : end.map { max(0, $0.seconds(since: start)) }
  }

  /// Whether this row stands for a backup that was taken and is complete, as far as is known: one
  /// that failed its proof is none.
  package var isGood: Bool { isSound && type == .backup }

  /// Whether the run succeeded and nothing has shown since that what it left is bad.
  package var isSound: Bool { status == .ok && !isProvenBad }

  /// Whether a proof has failed that it can be restored.
  package var isProvenBad: Bool { proof?.isGood == false }

  /// Whether only a part could be made, which was kept all the same (``DiskLayout/incompleteSuffix``).
  package var isIncomplete: Bool {
    status == .error
      && location.map { DiskPath.trimmed($0).hasSuffix(DiskLayout.incompleteSuffix) } == true
  }

  /// Whether it claims to run although the process that wrote it is gone.
  ///
  /// Rows of the old program name no writer, so nothing is known of them but their age.
  package func isDead(isAlive: (ProcessIdentity) -> Bool) -> Bool {
    guard status == .running, let writer else { return false }
    return !isAlive(writer)
  }
}
