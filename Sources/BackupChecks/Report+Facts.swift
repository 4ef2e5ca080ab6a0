import Monitoring
import TISBackupCore

extension Report {
  /// The report on everything that was gathered.
  ///
  /// Counted are the sections that are to be backed up; machines that need no backup, sections the
  /// ini does not know and the file system stand beside them.
  package init(on facts: CheckFacts) {
    var (items, byDesign): ([Item], [Item]) = ([], [])
    for section in facts.sections {
      let isCounted = section.problem != nil || !section.isByDesignWithoutBackup
      if isCounted {
        items.append(SectionRules.item(for: section))
      } else {
        byDesign.append(SectionRules.item(for: section))
      }
    }
    let space = facts.space.map(Self.item)
    let disks = facts.disks.map(Self.item)
    let shown = space.map { facts.asksForSpace || $0.state != .ok ? [$0] : [] } ?? []
    self.init(
      plugin: "TISBACKUP", items: items,
      others: byDesign + facts.orphans.map(Self.orphan) + shown + disks,
      aggregates: (facts.isLone ? [] : Self.counts(items, byDesign.count, facts))
        + (space?.perfdata ?? []) + disks.flatMap(\.perfdata),
      noun: items.count == 1 ? "section" : "sections",
      allOK: Self.allOK(items.count, byDesign: byDesign.count, facts))
  }

  private static func counts(_ items: [Item], _ byDesign: Int, _ facts: CheckFacts) -> [Perfdata] {
    func count(_ state: CheckState) -> Int64 { Int64(items.filter { $0.state == state }.count) }
    return [
      Perfdata("sections", Int64(items.count), minimum: 0),
      Perfdata("ok", count(.ok), minimum: 0),
      Perfdata("warning", count(.warning), minimum: 0),
      Perfdata("critical", count(.critical), minimum: 0),
      Perfdata("unknown", count(.unknown), minimum: 0),
      Perfdata("by_design", Int64(byDesign), minimum: 0),
      Perfdata("orphans", Int64(facts.orphans.count), minimum: 0),
      facts.oldest.map { Perfdata("oldest_age", Int64($0.age), unit: .seconds, minimum: 0) },
    ].compactMap(\.self)
  }

  /// What is said of several sections when all is well: the oldest good backup among them.
  private static func allOK(_ sections: Int, byDesign: Int, _ facts: CheckFacts) -> String? {
    guard sections > 1, let oldest = facts.oldest else { return nil }
    return "\(sections) sections, oldest good \(oldest.noun) \(TimeSpan(seconds: oldest.age))"
      + " (\(oldest.name))" + (byDesign > 0 ? ", \(byDesign) not backed up by design" : "")
  }

  private static func item(_ facts: SpaceFacts) -> Item {
    let finding = FreeSpace().evaluate(facts)
    return Item(
      name: facts.path, state: finding.state, text: finding.text, perfdata: finding.perfdata)
  }

  private static func item(_ facts: DiskFacts) -> Item {
    let finding = DiskAge().evaluate(facts)
    return Item(
      name: "disk \(facts.name)", state: finding.state, text: finding.text,
      perfdata: finding.perfdata)
  }

  private static func orphan(_ facts: SectionFacts) -> Item {
    let age = facts.age.map { "last OK \(TimeSpan(seconds: $0)) ago" } ?? "no good backup on record"
    return Item(
      name: facts.name, state: facts.judgement.orphan, text: "not in the ini; \(age)", perfdata: [])
  }
}

extension CheckFacts {
  fileprivate var asksForSpace: Bool {
    space.map { $0.limits.areGiven && !$0.limits.areDefaults } ?? false
  }

  /// The last good backup that is oldest of all.
  fileprivate var oldest: (name: String, age: Int, noun: String)? {
    var oldest: (name: String, age: Int, noun: String)?
    for section in sections {
      if let age = section.age, age > oldest?.age ?? .min {
        oldest = (section.name, age, section.noun)
      }
    }
    return oldest
  }

  /// Whether one section was asked for: its own figures are all there is to tell.
  fileprivate var isLone: Bool { !isWhole && sections.count == 1 }
}
