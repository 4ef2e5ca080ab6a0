/// Who is owed the news that is written to the catalog.
package struct Audience: Sendable, Equatable {
  /// The targets of the monitoring ini.
  package var targets: [String]
  /// What is announced to them.
  package var kinds: Set<AnnouncedSubject.Kind>

  package init(
    _ targets: [String], kinds: Set<AnnouncedSubject.Kind> = Set(AnnouncedSubject.Kind.allCases)
  ) {
    (self.targets, self.kinds) = (targets, kinds)
  }

  /// The targets of a monitoring ini, and what it names services for.
  package init(_ settings: MonitoringSettings) {
    targets = settings.targets.map(\.name)
    kinds = [.backup]
    if settings.announcesExports { kinds.insert(.export) }
    if settings.announcesSummary { kinds.insert(.summary) }
  }

  /// Nobody is told anything.
  package static let nobody = Audience([])

  /// All targets there are, whoever they be: while the monitoring ini cannot be read, nothing is
  /// lost.
  package static let everybody = Audience([Catalog.everyTarget])
}
