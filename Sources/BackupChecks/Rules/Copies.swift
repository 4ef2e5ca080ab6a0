import Monitoring

/// Asks how many good backups there are within retention.
package struct Copies: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    guard let copies = facts.copies else { return Finding(.ok, "") }
    let limits = facts.limits.count
    let figure = Perfdata(
      "\(facts.name)_copies", Int64(copies), warning: limits.warning, critical: limits.critical,
      minimum: 0)
    let state = limits.state(of: Double(copies))
    guard state != .ok else { return Finding(.ok, "", perfdata: [figure]) }
    let limit = limits.text(for: Double(copies), \.countText)
    return Finding(
      state,
      "\(copies) good \(copies == 1 ? "backup" : "backups") within retention"
        + (limit.map { " (\($0))" } ?? ""), perfdata: [figure])
  }
}
