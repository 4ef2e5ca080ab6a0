/// How people name one backup: `section/YYYYMMDD-HHhMMmSS`, the local time at which it began.
package struct BackupID: Sendable, Hashable, CustomStringConvertible {
  package var section: String
  /// In the form of ``SnapshotName``.
  package var date: String

  package init(_ record: BackupRecord, in zone: LocalZone) {
    (section, date) = (record.section, SnapshotName.text(for: record.start, in: zone))
  }

  /// Nil when the text is not of that form.
  package init?(_ text: String, in zone: LocalZone) {
    guard let slash = text.lastIndex(of: "/") else { return nil }
    (section, date) = (String(text[..<slash]), String(text[text.index(after: slash)...]))
    guard !section.isEmpty, SnapshotName.start(of: date, in: zone) != nil else { return nil }
  }

  package var description: String { "\(section)/\(date)" }
}
