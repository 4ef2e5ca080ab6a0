import Monitoring
import TISBackupCore

/// The questions asked of every section, in the order their answers are told; to add one is a
/// file of its own and one line here.
package enum SectionRules {
  package static let all: [any CheckRule<SectionFacts>] = [
    Freshness(), LastRun(), Location(), Emptiness(), RunningNow(), Clock(), Readable(),
  ]

  /// What all rules together say of a section.
  package static func item(for facts: SectionFacts) -> Report.Item {
    if let problem = facts.problem {
      return Report.Item(name: facts.name, state: .unknown, text: problem, perfdata: [])
    }
    if facts.isByDesignWithoutBackup {
      return Report.Item(
        name: facts.name, state: .ok, text: "not backed up by design", perfdata: [])
    }
    let findings = all.map { $0.evaluate(facts) }
    let worst = CheckState.worst(findings.map(\.state))
    // What made the state comes first; the rest keeps its order.
    let told = findings.filter { $0.state == worst } + findings.filter { $0.state != worst }
    return Report.Item(
      name: facts.name, state: worst,
      text: told.map(\.text).filter { !$0.isEmpty }.joined(separator: "; "),
      perfdata: findings.flatMap(\.perfdata))
  }

  /// The report on all sections, with the figures about all of them together.
  package static func report(on facts: [SectionFacts]) -> Report {
    let items = facts.map(item)
    func count(_ state: CheckState) -> Int64 { Int64(items.filter { $0.state == state }.count) }
    let oldest = facts.compactMap(\.age).max()
    return Report(
      plugin: "TISBACKUP", items: items,
      aggregates: [
        Perfdata("sections", Int64(items.count), minimum: 0),
        Perfdata("ok", count(.ok), minimum: 0),
        Perfdata("warning", count(.warning), minimum: 0),
        Perfdata("critical", count(.critical), minimum: 0),
        Perfdata("unknown", count(.unknown), minimum: 0),
      ] + (oldest.map { [Perfdata("oldest_age", Int64($0), unit: .seconds, minimum: 0)] } ?? []),
      allOK: allOK(facts))
  }

  /// What is said of several sections when all is well: the oldest good backup among them.
  private static func allOK(_ facts: [SectionFacts]) -> String? {
    guard let oldest = facts.filter({ $0.age != nil }).max(by: { $0.age ?? 0 < $1.age ?? 0 }),
      let age = oldest.age
    else { return nil }
    return "\(facts.count) sections, oldest good backup \(TimeSpan(seconds: age)) (\(oldest.name))"
  }
}
