import Monitoring

/// Says when rows of the catalog could not be understood.
package struct Readable: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    guard facts.unreadable > 0 else { return Finding(.ok, "") }
    return Finding(
      .unknown,
      facts.unreadable == 1
        ? "1 row of the catalog has a start that is not a time"
        : "\(facts.unreadable) rows of the catalog have a start that is not a time")
  }
}
