import Monitoring
import TISBackupCore

/// What came of one section in one run of a tool.
package struct SectionResult: Sendable, Equatable {
  package enum Kind: String, Sendable {
    case ok = "OK", warning = "Warning", failed = "ERROR", skipped = "skipped"
  }

  package var section: String
  package var kind: Kind
  /// One sentence for people.
  package var message: String
  /// What the run recorded; nil when it did not get that far.
  package var outcome: Outcome?
  /// Seconds the section took.
  package var duration = 0
  /// Whether a skipped section is as it should be, and no reason to worry.
  package var isExpected = false

  package init(_ section: String, _ kind: Kind, _ message: String, outcome: Outcome? = nil) {
    (self.section, self.kind, self.message, self.outcome) = (section, kind, message, outcome)
  }

  /// A section that failed, and why.
  package static func failed(_ section: String, _ error: BackupError) -> SectionResult {
    SectionResult(section, .failed, error.oneLine(about: section))
  }

  /// A section whose turn did not come before the tool was asked to stop, by the signal if it is known.
  package static func interrupted(_ section: String, by signal: String?) -> SectionResult {
    SectionResult(
      section, .failed, "not begun, interrupted" + (signal.map { " by \($0)" } ?? ""))
  }

  /// A section of whose backups nothing is on this server, by design; nil for any other.
  static func leavingNothing(_ section: Section) -> SectionResult? {
    guard let type = section.type, type.artifact == .none else { return nil }
    var result = SectionResult(
      section.name, .skipped,
      type.isByDesignWithoutBackup
        ? "not backed up by design" : "leaves nothing on this server by design")
    result.isExpected = true
    return result
  }

  /// How this section counts for the exit status of the tool.
  package var state: CheckState {
    switch kind {
    case .ok: .ok
    case .warning: .warning
    case .failed: .critical
    case .skipped: isExpected ? .ok : .warning
    }
  }
}

extension BackupError {
  /// Says by what signal the work on a section was stopped, where it was.
  func naming(_ signal: String?, _ section: String) -> BackupError {
    guard code == .interrupted, let signal else { return self }
    return BackupError(
      code, "section [\(section)]: interrupted by \(signal): \(oneLine(about: section))")
  }
}
