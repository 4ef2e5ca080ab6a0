import Monitoring
import TISBackupCore

extension Report {
  /// The report on everything that was gathered.
  ///
  /// Counted are the sections that are to be backed up; machines that need no backup, sections the
  /// ini does not know and the file system stand beside them.
  package init(on facts: CheckFacts) {
    let counted = facts.sections.filter { $0.problem != nil || !$0.isByDesignWithoutBackup }
    let byDesign = facts.sections.filter { $0.problem == nil && $0.isByDesignWithoutBackup }
    let items = counted.map(SectionRules.item)
    let space = facts.space.map(Self.item)
    self.init(
      plugin: "TISBACKUP", items: items,
      others: byDesign.map(SectionRules.item) + facts.orphans.map(Self.orphan)
        + (space.map { [$0] } ?? []).filter { facts.asksForSpace || $0.state != .ok },
      aggregates: (facts.isLone ? [] : Self.counts(items, counted, byDesign.count, facts))
        + (space?.perfdata ?? []),
      noun: counted.count == 1 ? "section" : "sections",
      allOK: Self.allOK(counted, byDesign: byDesign.count))
  }

  private static func counts(
    _ items: [Item], _ sections: [SectionFacts], _ byDesign: Int, _ facts: CheckFacts
  ) -> [Perfdata] {
    func count(_ state: CheckState) -> Int64 { Int64(items.filter { $0.state == state }.count) }
    let oldest = sections.compactMap(\.age).max()
    return [
      Perfdata("sections", Int64(items.count), minimum: 0),
      Perfdata("ok", count(.ok), minimum: 0),
      Perfdata("warning", count(.warning), minimum: 0),
      Perfdata("critical", count(.critical), minimum: 0),
      Perfdata("unknown", count(.unknown), minimum: 0),
      Perfdata("by_design", Int64(byDesign), minimum: 0),
      Perfdata("orphans", Int64(facts.orphans.count), minimum: 0),
    ] + (oldest.map { [Perfdata("oldest_age", Int64($0), unit: .seconds, minimum: 0)] } ?? [])
  }

  /// What is said of several sections when all is well: the oldest good backup among them.
  private static func allOK(_ sections: [SectionFacts], byDesign: Int) -> String? {
    guard sections.count > 1,
      let oldest = sections.filter({ $0.age != nil }).max(by: { $0.age ?? 0 < $1.age ?? 0 }),
      let age = oldest.age
    else { return nil }
    return "\(sections.count) sections, oldest good \(oldest.noun) \(TimeSpan(seconds: age))"
      + " (\(oldest.name))" + (byDesign > 0 ? ", \(byDesign) not backed up by design" : "")
  }

  private static func item(_ facts: SpaceFacts) -> Item {
    let finding = FreeSpace().evaluate(facts)
    return Item(
      name: facts.path, state: finding.state, text: finding.text, perfdata: finding.perfdata)
  }

  private static func orphan(_ facts: SectionFacts) -> Item {
    let age = facts.age.map { "last OK \(TimeSpan(seconds: $0)) ago" } ?? "no good backup on record"
    return Item(
      name: facts.name, state: facts.settings.orphan, text: "not in the ini; \(age)", perfdata: [])
  }
}

extension CheckFacts {
  fileprivate var asksForSpace: Bool { space?.limits.areGiven ?? false }

  /// Whether one section was asked for: its own figures are all there is to tell.
  fileprivate var isLone: Bool { !isWhole && sections.count == 1 }
}
