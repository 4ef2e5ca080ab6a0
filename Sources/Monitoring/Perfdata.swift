/// One number for the graphs: `'label'=value[UOM];[warn];[crit];[min];[max]`.
///
/// Only numbers can be said: the `U` for "unknown" that the guidelines allow is refused by some of
/// Icinga 2's writers, so a figure that cannot be known is left out.
package struct Perfdata: Sendable, Equatable {
  /// The units of measurement we use; all of them base units, so nothing is ever scaled.
  package enum Unit: String, Sendable, CaseIterable {
    case none = ""
    case seconds = "s"
    case bytes = "B"
    case percent = "%"
  }

  /// The name of the series, without the characters that end or quote a label.
  package let label: String
  package let unit: Unit
  /// Limits in the same unit, written as ``Threshold/plainLimit``.
  package let warning: Threshold?
  package let critical: Threshold?
  /// The least and the greatest value there can be, in the same unit.
  package let minimum: Int64?
  package let maximum: Int64?

  /// The value is `digits` / 10^`decimals`.
  private let digits: Int64
  private let decimals: Int

  /// A whole number; `label` may be any text, what is not allowed in it becomes `_`.
  package init(
    _ label: String, _ value: Int64, unit: Unit = .none, warning: Threshold? = nil,
    critical: Threshold? = nil, minimum: Int64? = nil, maximum: Int64? = nil
  ) {
    (self.label, self.unit) = (Self.safe(label), unit)
    (self.warning, self.critical) = (warning, critical)
    (self.minimum, self.maximum) = (minimum, maximum)
    (digits, decimals) = (value, 0)
  }

  /// A number rounded to `decimals` places, 0 to 9.
  ///
  /// Nil for what is not finite, or too large for 64 bits at that precision: one such value makes
  /// some readers throw away the whole line.
  package init?(
    _ label: String, _ value: Double, decimals: Int, unit: Unit = .none,
    warning: Threshold? = nil, critical: Threshold? = nil, minimum: Int64? = nil,
    maximum: Int64? = nil
  ) {
    let decimals = min(9, max(0, decimals))
    let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
    guard let digits = Int64(exactly: (value * scale).rounded()) else { return nil }
    (self.label, self.unit) = (Self.safe(label), unit)
    (self.warning, self.critical) = (warning, critical)
    (self.minimum, self.maximum) = (minimum, maximum)
    (self.digits, self.decimals) = (digits, decimals)
  }

  /// The value in digits, with its decimals and without the unit.
  package var value: String { PlainNumber.text(digits: digits, decimals: decimals) }
}

extension Perfdata: CustomStringConvertible {
  /// The token of a plugin's output; empty fields at the end are left out.
  package var description: String {
    var text = "'\(label)'=\(value)\(unit.rawValue)"
    var separators = ""
    for field in [limit(warning), limit(critical), bound(minimum), bound(maximum)] {
      separators += ";"
      guard let field else { continue }
      text += separators + field
      separators = ""
    }
    return text
  }

  private func limit(_ threshold: Threshold?) -> String? {
    threshold?.plainLimit.map(PlainNumber.text)
  }

  private func bound(_ number: Int64?) -> String? { number.map { String($0) } }
}

extension Perfdata {
  /// Replaces what would end the label, and the `::` that Icinga 2 takes for a check_multi prefix.
  private static func safe(_ label: String) -> String {
    // Names of sections nearly always are: one pass over bytes instead of a new text.
    if !label.isEmpty, label.utf8.allSatisfy(isPlain) { return label }
    var result = String.UnicodeScalarView()
    for scalar in label.unicodeScalars {
      let isDoubled = scalar == ":" && result.last == ":"
      result.append(isDoubled || isForbidden(scalar) ? "_" : scalar)
    }
    return result.isEmpty ? "_" : String(result)
  }

  /// Letters, digits, `-`, `.` and `_`.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }

  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "=", "'", "\"", "`", "|": true
    default: PluginText.isInvisible(scalar)
    }
  }
}
