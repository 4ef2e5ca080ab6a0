import TISBackupCore

/// Something in the folder of a section that looks like a backup the catalog does not know.
package struct RegisterCandidate: Sendable, Equatable {
  package enum Verdict: Sendable, Equatable {
    /// Complete as far as can be told: this row would be added.
    case add(BackupRecord)
    /// Left out, and why.
    case leave(String)
  }

  package var section: String
  package var location: String
  package var verdict: Verdict

  package init(section: String, location: String, _ verdict: Verdict) {
    (self.section, self.location, self.verdict) = (section, location, verdict)
  }
}
