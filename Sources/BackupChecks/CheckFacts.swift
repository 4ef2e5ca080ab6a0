/// Everything a check judges, gathered before any rule runs.
package struct CheckFacts: Sendable {
  /// The chosen sections of the ini.
  package var sections: [SectionFacts]
  /// Sections of the catalog that the ini does not know.
  package var orphans: [SectionFacts] = []
  package var space: SpaceFacts?
  /// The disks that take turns as targets of exports, where exports are judged.
  package var disks: [DiskFacts] = []
  /// Whether all sections are judged, and not some that were asked for.
  package var isWhole = true

  package init(sections: [SectionFacts]) { self.sections = sections }
}
