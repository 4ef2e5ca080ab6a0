/// Writes numbers the way every monitoring parser reads them: digits and a point, no exponent.
///
/// Swift itself prints `1e+16` and `1e-05`, which Nagios cuts at the `e` and Icinga 2 may drop.
enum PlainNumber {
  /// The shortest text that reads back as the same finite number, without `.0`.
  static func text(_ value: Double) -> String {
    if let whole = Int64(exactly: value) { return String(whole) }
    return (value < 0 ? "-" : "") + expanded(value.magnitude.description)
  }

  /// The number `digits` / 10^`decimals`, with exactly that many decimals.
  static func text(digits: Int64, decimals: Int) -> String {
    guard decimals > 0 else { return String(digits) }
    let magnitude = String(digits.magnitude)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - magnitude.count)) + magnitude
    let point = padded.index(padded.endIndex, offsetBy: -decimals)
    return (digits < 0 ? "-" : "") + padded[..<point] + "." + padded[point...]
  }

  /// Moves the point of `1.5e-07` to where its exponent says.
  private static func expanded(_ scientific: String) -> String {
    let parts = scientific.split(separator: "e")
    let mantissa = (parts.first ?? "0").split(separator: ".")
    let whole = mantissa.first ?? "0"
    let fraction = mantissa.dropFirst().first.flatMap { $0 == "0" ? nil : $0 } ?? ""
    let exponent = parts.dropFirst().first.flatMap { Int($0) } ?? 0
    let digits = whole + fraction
    let point = whole.count + exponent
    if point >= digits.count { return digits + zeros(point - digits.count) }
    if point <= 0 { return "0." + zeros(-point) + digits }
    return digits.prefix(point) + "." + digits.dropFirst(point)
  }

  private static func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
}
