/// Text as hexadecimal digits: how a server tells us what may hold anything.
package enum HexText {
  /// The text of an even number of digits in UTF-8; nil for anything else.
  package static func decode(_ digits: String) -> String? {
    bytes(digits).flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// What an even number of digits stands for; nil for anything else.
  package static func bytes(_ digits: some StringProtocol) -> [UInt8]? {
    let digits = Array(digits.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = byte(digits[index], digits[index + 1]) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// What two digits stand for; nil when they are none.
  static func byte(_ high: UInt8, _ low: UInt8) -> UInt8? {
    guard let high = value(high), let low = value(low) else { return nil }
    return UInt8(high << 4 | low)
  }

  /// `UInt8(_:radix:)` would take a sign, too.
  private static func value(_ digit: UInt8) -> Int? {
    digit < 0x80 ? Character(Unicode.Scalar(digit)).hexDigitValue : nil
  }
}
