import Monitoring
import TISBackupCore

/// Asks how far the size of the last good backup is off what is usual.
///
/// The median, not the mean: one backup that was ten times as large must not make the next normal
/// one look small.
package struct SizeChange: CheckRule {
  /// Fewer earlier backups say nothing about what is usual.
  private static let fewest = 3

  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    guard facts.limits.sizeChange.areGiven, let bytes = facts.lastGood?.bytes else {
      return Finding(.ok, "")
    }
    // A size below zero is none, whoever wrote it.
    let earlier = facts.earlierSizes.map { max(0, $0) }
    guard earlier.count >= Self.fewest else {
      return Finding(
        .ok, "size change not judged: \(earlier.count) earlier good runs, \(Self.fewest) needed")
    }
    let median = Self.median(earlier)
    guard median > 0 else { return Finding(.ok, "size change not judged: the median is 0 B") }
    return judge(max(0, bytes), median, facts)
  }

  private func judge(_ bytes: Int64, _ median: Int64, _ facts: SectionFacts) -> Finding {
    let limits = facts.limits.sizeChange
    let percent = (Double(bytes) - Double(median)) * 100 / Double(median)
    let difference = bytes > median ? bytes - median : median - bytes
    guard difference >= facts.judgement.minimumSizeChange else { return Finding(.ok, "") }
    let state = limits.state(of: percent)
    guard state != .ok else { return Finding(.ok, "") }
    let limit = limits.text(for: percent) { "\(Self.signed($0))%" }?
      .replacing("at least ", with: "")
    return Finding(
      state,
      "size \(ByteCount(bytes)) is \(Self.signed(percent))% vs median \(ByteCount(median))"
        + " of \(facts.earlierSizes.count) runs" + (limit.map { " (\($0))" } ?? ""))
  }

  /// The middle one; of two in the middle the mean.
  private static func median(_ sizes: [Int64]) -> Int64 {
    let sorted = sizes.sorted()
    let middle = sorted.count / 2
    guard sorted.count.isMultiple(of: 2) else { return sorted[middle] }
    return sorted[middle - 1] + (sorted[middle] - sorted[middle - 1]) / 2
  }

  private static func signed(_ percent: Double) -> String {
    let whole = Int64(exactly: percent.rounded()) ?? .max
    return (whole > 0 ? "+" : "") + String(whole)
  }
}
