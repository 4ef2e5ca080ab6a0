/// A range that *alerts* when a value falls outside it, or inside when written with `@`.
///
/// This is the whole range grammar of the Monitoring Plugins guidelines, `[@]start:end`, with
/// inclusive bounds:
///
/// | text     | alerts on              |
/// |----------|------------------------|
/// | `10`     | below 0 or above 10    |
/// | `10:`    | below 10               |
/// | `~:10`   | above 10               |
/// | `10:20`  | below 10 or above 20   |
/// | `@10:20` | 10 to 20               |
///
/// No threshold is `nil`, never an empty range: `0:` would alert on every negative value.
package struct Threshold: Sendable, Equatable {
  /// The lower bound, `-infinity` for `~`.
  package let start: Double
  /// The upper bound, `infinity` when left out.
  package let end: Double
  /// Whether the range was written with `@` and names the bad values.
  package let alertsInside: Bool

  /// Reads a range of plain numbers such as `30`, `-5:2.5` or `@~:10`.
  package init(parsing text: String) throws(ThresholdError) {
    try self.init(parsing: text, bound: Self.plainNumber)
  }

  /// Reads a range whose bounds are written in a unit of the caller's, such as `1d2h:` or `5GiB`.
  ///
  /// - Parameters:
  ///   - text: the range; blanks are whatever `bound` makes of them.
  ///   - bound: converts one bound to the unit of the values to be judged, nil if it cannot. It is
  ///     never asked for an empty bound or for `~`.
  /// - Throws: what is wrong with the text.
  package init(parsing text: String, bound: (Substring) -> Double?) throws(ThresholdError) {
    let isInside = text.hasPrefix("@")
    let body = isInside ? text.dropFirst() : text[...]
    guard let (start, end) = Self.bounds(of: body, bound) else { throw .malformed(text) }
    guard start <= end else { throw .inverted(text) }
    (self.start, self.end, alertsInside) = (start, end, isInside)
  }

  /// Alerts above `limit` and never below it, unlike the text `10`, which dislikes negative values.
  package init(atMost limit: Double) {
    let greatest = Double.greatestFiniteMagnitude
    // The order of the arguments turns a NaN into the lowest limit: better an alarm than silence.
    (start, end, alertsInside) = (-.infinity, min(greatest, max(-greatest, limit)), false)
  }

  /// Alerts outside of a range, whose bounds may be infinite.
  package init(within range: ClosedRange<Double>) {
    (start, end, alertsInside) = (range.lowerBound, range.upperBound, false)
  }

  /// Tells whether to alert; a value that is not a number always alerts.
  package func isViolated(by value: Double) -> Bool {
    value.isNaN || (start <= value && value <= end) == alertsInside
  }

  /// The single number that stands for this range in performance data, if there is one.
  ///
  /// Icinga 2 keeps only plain numbers there and silently drops `10:`, `~:10` and `@10:20`
  /// (icinga2 issues 909 and 9038), so graphs would lose their lines.
  package var plainLimit: Double? {
    if alertsInside { return nil }
    if end.isFinite { return start <= 0 ? end : nil }
    return start.isFinite ? start : nil
  }
}

extension Threshold: CustomStringConvertible {
  /// The shortest text that reads back, as plain numbers, to the same range.
  package var description: String {
    let from =
      start == 0 && end.isFinite ? "" : (start.isFinite ? PlainNumber.text(start) : "~") + ":"
    return (alertsInside ? "@" : "") + from + (end.isFinite ? PlainNumber.text(end) : "")
  }
}

extension Threshold {
  private static func bounds(of body: Substring, _ bound: (Substring) -> Double?)
    -> (start: Double, end: Double)?
  {
    let parts = body.split(separator: ":", omittingEmptySubsequences: false)
    guard let last = parts.last, parts.count <= 2, body != ":" else { return nil }
    let first = parts.count == 2 ? body[..<last.startIndex].dropLast() : "0"
    guard let end = last.isEmpty && parts.count == 2 ? .infinity : finite(last, bound) else {
      return nil
    }
    if parts.count == 1 || first.isEmpty { return (0, end) }
    return (first == "~" ? -.infinity : finite(first, bound)).map { ($0, end) }
  }

  private static func finite(_ text: Substring, _ bound: (Substring) -> Double?) -> Double? {
    guard !text.isEmpty, text != "~", let value = bound(text), value.isFinite else { return nil }
    return value
  }

  /// Takes `-12.5`, and none of what `Double` also reads: exponents, hexadecimal, `nan`, `inf`.
  private static func plainNumber(_ text: Substring) -> Double? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text
    let isPlain = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    return isPlain ? Double(text) : nil
  }
}
