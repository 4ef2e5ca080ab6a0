/// A part of a whole: percent of it, or bytes.
package enum Share: Sendable, Equatable {
  case percent(Double)
  case bytes(Int64)

  /// Reads `5%`, `12.5 %`, or a size with its unit such as `10GiB`.
  ///
  /// A number without a unit is nothing: nobody who writes `10` means ten bytes. Only zero is zero
  /// of everything.
  package init?(_ text: String) {
    if let number = text.split(separator: "%", omittingEmptySubsequences: false).first,
      text.hasSuffix("%"), number.utf8.count == text.utf8.count - 1
    {
      guard let thousandths = DecimalNumber(number)?.times(1000), thousandths <= 100_000 else {
        return nil
      }
      self = .percent(Double(thousandths) / 1000)
    } else {
      let isBare = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
      guard let count = ByteCount(text), !isBare || count.bytes == 0 else { return nil }
      self = .bytes(count.bytes)
    }
  }
}
