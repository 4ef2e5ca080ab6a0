/// A JSON document as a second reader understands it: strict, small, and not the one that wrote it.
package indirect enum JSON: Sendable, Equatable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSON])
  case object([String: JSON])

  /// Reads one whole document by the letter of RFC 8259; a key given twice is refused too.
  package init(parsing text: String) throws {
    var reader = JSONReader(Array(text.utf8))
    self = try reader.value()
    try reader.end()
  }

  package subscript(key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  package subscript(index: Int) -> JSON? {
    if case .list(let items) = self, items.indices.contains(index) { items[index] } else { nil }
  }

  /// The keys of an object, sorted; empty for anything else.
  package var keys: [String] {
    if case .object(let members) = self { members.keys.sorted() } else { [] }
  }

  /// A text, when it is one.
  package var string: String? { if case .text(let text) = self { text } else { nil } }
  /// A whole number, when it is one.
  package var integer: Int? { if case .number(let number) = self { Int(number) } else { nil } }
  /// The items of a list; empty for anything else.
  package var items: [JSON] { if case .list(let items) = self { items } else { [] } }
}

/// Works on bytes: some documents of tests have hundreds of kB, and tests are not optimized.
struct JSONReader {
  struct Refused: Error { var near: String }

  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private var refused: Refused {
    Refused(near: String(decoding: bytes[index...].prefix(20), as: UTF8.self))
  }

  private var first: UInt8? { index < bytes.count ? bytes[index] : nil }

  /// Nothing but blanks may follow.
  mutating func end() throws {
    skipBlanks()
    guard first == nil else { throw refused }
  }

  mutating func value() throws -> JSON {
    skipBlanks()
    switch first {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .list(try list())
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .flag(true))
    case UInt8(ascii: "f"): return try word("false", .flag(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func skipBlanks() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0D, 0x0A: index += 1
      default: return
      }
    }
  }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard let first, UInt32(first) == sign.value else { return false }
    index += 1
    return true
  }

  private mutating func word(_ word: String, _ value: JSON) throws -> JSON {
    guard bytes[index...].starts(with: word.utf8) else { throw refused }
    index += word.utf8.count
    return value
  }

  private mutating func object() throws -> [String: JSON] {
    var members: [String: JSON] = [:]
    guard take("{"), !take("}") else { return members }
    repeat {
      skipBlanks()
      let key = try text()
      guard take(":"), members[key] == nil else { throw refused }
      members[key] = try value()
    } while take(",")
    guard take("}") else { throw refused }
    return members
  }

  private mutating func list() throws -> [JSON] {
    var items: [JSON] = []
    guard take("["), !take("]") else { return items }
    repeat { items.append(try value()) } while take(",")
    guard take("]") else { throw refused }
    return items
  }

  private mutating func digits() throws {
    let begin = index
    while let first, (0x30...0x39).contains(first) { index += 1 }
    guard index > begin else { throw refused }
  }

  private mutating func number() throws -> Double {
    let begin = index
    if first == UInt8(ascii: "-") { index += 1 }
    if first == UInt8(ascii: "0") { index += 1 } else { try digits() }
    if first == UInt8(ascii: ".") {
      index += 1
      try digits()
    }
    if first == UInt8(ascii: "e") || first == UInt8(ascii: "E") {
      index += 1
      if first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { index += 1 }
      try digits()
    }
    guard let number = Double(String(decoding: bytes[begin..<index], as: UTF8.self)) else {
      throw refused
    }
    return number
  }

  private mutating func text() throws -> String {
    guard first == UInt8(ascii: "\"") else { throw refused }
    index += 1
    var (text, units) = ([UInt8](), [UInt16]())
    while let byte = first {
      if byte == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "u")
      {
        units.append(try unit())
        continue
      }
      if !units.isEmpty { text += Array(String(decoding: units, as: UTF16.self).utf8) }
      units = []
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(try escaped())
      case 0..<0x20: throw refused
      default: text.append(byte)
      }
    }
    throw refused
  }

  /// Four digits behind a backslash and its letter.
  private mutating func unit() throws -> UInt16 {
    let digits = String(decoding: bytes[(index + 2)...].prefix(4), as: UTF8.self)
    guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit),
      let unit = UInt16(digits, radix: 16)
    else { throw refused }
    index += 6
    return unit
  }

  private mutating func escaped() throws -> UInt8 {
    defer { index += 1 }
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return bytes[index]
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    default: throw refused
    }
  }
}
