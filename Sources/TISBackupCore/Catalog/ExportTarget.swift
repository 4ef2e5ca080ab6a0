/// What the catalog remembers of a place that took exports.
package struct ExportTarget: Sendable, Equatable {
  /// The newest generation of one section there.
  package struct Copy: Sendable, Equatable {
    package var section: String
    /// When the backup in it began.
    package var backup: Instant
    /// When it was copied.
    package var exported: Instant

    package init(section: String, backup: Instant, exported: Instant) {
      (self.section, self.backup, self.exported) = (section, backup, exported)
    }
  }

  package var place: ExportPlace
  /// Sorted by section.
  package var copies: [Copy] = []
  /// What came of its last `--verify`; nil before the first.
  package var proof: ProofOutcome?

  package init(_ place: ExportPlace) { self.place = place }

  /// When anything was last copied there.
  package var lastExport: Instant? { copies.map(\.exported).max() }
}
