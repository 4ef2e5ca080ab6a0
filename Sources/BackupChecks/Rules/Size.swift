import Monitoring
import TISBackupCore

/// Asks whether the last good backup is as large as it should be.
package struct Size: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    let figures = figures(facts)
    guard let bytes = facts.lastGood?.bytes else { return Finding(.ok, "", perfdata: figures) }
    let limits = facts.limits.size
    let state = limits.state(of: Double(bytes))
    guard state != .ok else { return Finding(.ok, "", perfdata: figures) }
    let limit = limits.text(for: Double(bytes)) { "\(ByteCount(Int64(exactly: $0) ?? .max))" }
    return Finding(
      state, "size \(ByteCount(bytes))" + (limit.map { " (\($0))" } ?? ""), perfdata: figures)
  }

  private func figures(_ facts: SectionFacts) -> [Perfdata] {
    let (good, limits) = (facts.lastGood, facts.limits.size)
    return [
      good?.bytes.map {
        Perfdata(
          "\(facts.name)_size", $0, unit: .bytes, warning: limits.warning,
          critical: limits.critical, minimum: 0)
      },
      good?.writtenBytes.map {
        Perfdata("\(facts.name)_written", $0, unit: .bytes, minimum: 0)
      },
    ].compactMap(\.self)
  }
}
