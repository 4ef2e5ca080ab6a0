/// Bytes in the path of an address (RFC 3986): names of files are bytes in any encoding.
enum PercentText {
  /// Everything but letters, digits and `-._~` as `%XX`.
  static func encode(_ text: String) -> String { encode(Array(text.utf8)) }

  static func encode(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: text.append(byte)
      default: text += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Nil where a `%` is not followed by two digits.
  static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.next().flatMap(value), let low = rest.next().flatMap(value) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  /// The names of a path, decoded; nil where one is none that a folder can hold.
  static func names(in path: some StringProtocol) -> [[UInt8]]? {
    var names: [[UInt8]] = []
    for part in path.split(separator: "/") {
      guard let name = decode(part), !name.contains(0), !name.contains(0x2f), name != [0x2e],
        name != [0x2e, 0x2e], name.count <= 255
      else { return nil }
      names.append(name)
    }
    return names
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x41 + 10
    case 0x61...0x66: digit - 0x61 + 10
    default: nil
    }
  }
}
