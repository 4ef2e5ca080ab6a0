import Monitoring
import TISBackupCore

/// One service that is told its state, and never asked for it.
package struct ReportedService: Sendable, Equatable {
  package var subject: AnnouncedSubject
  /// Exactly the host and service that results are sent to.
  package var name: AnnouncedName
  /// For people: `Backup web1`.
  package var display: String
  /// The description of the section; nil for that of all sections.
  package var notes: String?
  /// Seconds without a result after which it is stale; nil where the ini does not say.
  package var freshness: Int?
  /// The machine that is backed up, empty when the ini does not say, and for all sections.
  package var server = ""

  /// The template that all monitoring servers know under the same name.
  var template: String {
    switch subject.kind {
    case .backup: "tisbackup-section-passive"
    case .export: "tisbackup-export-passive"
    case .summary: "tisbackup-passive"
    }
  }
}

extension ReportedService {
  /// Nagios counts these seconds in 32 bits.
  private static let longest = Int(Int32.max)

  /// The service of a section's backups, or of its exports.
  init(
    _ subject: AnnouncedSubject, _ name: AnnouncedName, of monitored: MonitoredSection,
    section: Section, margin: Int
  ) {
    let age = subject.kind == .export ? Self.exportAge(section) : Self.backupAge(section)
    self.init(
      subject: subject, name: name,
      display: "\(subject.kind == .export ? "Export of" : "Backup") \(monitored.serviceName)",
      notes: monitored.notes, freshness: Self.freshness(age, margin), server: section.server)
  }

  /// The service of all sections: stale as soon as one of them would be.
  init(ofAll name: AnnouncedName, _ sections: [Section], margin: Int) {
    self.init(
      subject: .summary, name: name, display: "All backups",
      freshness: Self.freshness(sections.compactMap(Self.backupAge).min(), margin))
  }

  private static func backupAge(_ section: Section) -> Int? {
    (try? section.number(.maximumAge)).map { $0 * 3600 }
  }

  private static func exportAge(_ section: Section) -> Int? {
    (try? section.seconds(.maximumExportAge)) ?? backupAge(section)
  }

  private static func freshness(_ age: Int?, _ margin: Int) -> Int? {
    age.map { min($0, longest) + min(margin, longest) }.map { min($0, longest) }
  }
}
