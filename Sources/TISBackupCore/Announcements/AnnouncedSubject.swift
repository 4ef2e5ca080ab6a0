/// What one passive service is about.
package struct AnnouncedSubject: Sendable, Hashable {
  /// The raw values are the words of the outbox.
  package enum Kind: String, Sendable, CaseIterable {
    /// The backups of a section.
    case backup = "BACKUP"
    /// Its copies on other disks.
    case export = "EXPORT"
    /// All sections together.
    case summary = "SUMMARY"
  }

  package var kind: Kind
  /// The section; empty for the summary.
  package var section: String

  package init(_ kind: Kind, _ section: String) { (self.kind, self.section) = (kind, section) }

  package static let summary = AnnouncedSubject(.summary, "")

  /// What a run of this type tells news about; nil for rows that are none.
  package init?(ofRun type: RecordType, _ section: String) {
    switch type {
    case .backup: self.init(.backup, section)
    case .export: self.init(.export, section)
    case .clean, .other: return nil
    }
  }
}

extension AnnouncedSubject: CustomStringConvertible {
  /// For people: `web1`, `export of web1`, `summary`.
  package var description: String {
    switch kind {
    case .backup: section
    case .export: "export of \(section)"
    case .summary: "summary"
    }
  }
}
