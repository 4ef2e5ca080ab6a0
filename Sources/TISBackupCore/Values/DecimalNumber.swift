/// A number as people write it, `12` or `1.5`, to be multiplied by a unit without rounding errors.
struct DecimalNumber {
  private var whole: Int64
  /// In units of `1 / scale`.
  private var fraction: Int64 = 0
  private var scale: Int64 = 1

  /// Nil unless `text` is digits, with digits on both sides of a dot if there is one; spaces around
  /// it do not matter.
  init?(_ text: Substring) {
    let words = text.split(separator: " ")
    guard words.count == 1 else { return nil }
    let parts = words[0].split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy(Self.isDigits), let whole = Int64(parts[0]) else {
      return nil
    }
    self.whole = whole
    // Beyond nine digits even a fraction of a pebibyte is less than two mebibytes.
    for digit in parts.dropFirst().joined().utf8.prefix(9) {
      fraction = fraction * 10 + Int64(digit - UInt8(ascii: "0"))
      scale *= 10
    }
  }

  /// How many whole ones it is in a unit of so many, rounded; nil when that is too large a number.
  func times(_ unit: Int64) -> Int64? {
    let (product, isTooLarge) = whole.multipliedReportingOverflow(by: unit)
    guard !isTooLarge else { return nil }
    let (quotient, remainder) = scale.dividingFullWidth(unit.multipliedFullWidth(by: fraction))
    let rounded = quotient + (remainder * 2 >= scale ? 1 : 0)
    let (sum, isTooMuch) = product.addingReportingOverflow(rounded)
    return isTooMuch ? nil : sum
  }

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
