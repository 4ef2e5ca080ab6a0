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
    var reader = JSONReader(rest: text.unicodeScalars[...])
    self = try reader.value()
    reader.skipBlanks()
    guard reader.rest.isEmpty else {
      throw JSONReader.Refused(near: String(reader.rest.prefix(20)))
    }
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

struct JSONReader {
  struct Refused: Error { var near: String }

  var rest: Substring.UnicodeScalarView

  private var refused: Refused { Refused(near: String(rest.prefix(20))) }

  mutating func value() throws -> JSON {
    skipBlanks()
    switch rest.first {
    case "{": return .object(try object())
    case "[": return .list(try list())
    case "\"": return .text(try text())
    case "t": return try word("true", .flag(true))
    case "f": return try word("false", .flag(false))
    case "n": return try word("null", .null)
    default: return .number(try number())
    }
  }

  mutating func skipBlanks() { rest = rest.drop { " \t\r\n".unicodeScalars.contains($0) } }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func word(_ word: String, _ value: JSON) throws -> JSON {
    guard rest.starts(with: word.unicodeScalars) else { throw refused }
    rest.removeFirst(word.unicodeScalars.count)
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

  private mutating func number() throws -> Double {
    let digits = String(
      String.UnicodeScalarView(rest.prefix { "+-.eE0123456789".unicodeScalars.contains($0) }))
    guard digits.wholeMatch(of: #/-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/#) != nil,
      let number = Double(digits)
    else { throw refused }
    rest.removeFirst(digits.unicodeScalars.count)
    return number
  }

  private mutating func text() throws -> String {
    guard rest.popFirst() == "\"" else { throw refused }
    var (text, units) = ("".unicodeScalars, [UInt16]())
    while let scalar = rest.popFirst() {
      if scalar == "\\", rest.first == "u" {
        rest.removeFirst()
        units.append(try unit())
        continue
      }
      text += String(decoding: units, as: UTF16.self).unicodeScalars
      units = []
      switch scalar {
      case "\"": return String(text)
      case "\\": text.append(try escaped())
      case _ where scalar.value < 0x20: throw refused
      default: text.append(scalar)
      }
    }
    throw refused
  }

  private mutating func unit() throws -> UInt16 {
    let digits = String(String.UnicodeScalarView(rest.prefix(4)))
    guard digits.count == 4, let unit = UInt16(digits, radix: 16) else { throw refused }
    rest.removeFirst(4)
    return unit
  }

  private mutating func escaped() throws -> Unicode.Scalar {
    let known: [Unicode.Scalar: Unicode.Scalar] = [
      "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{c}", "n": "\n", "r": "\r", "t": "\t",
    ]
    guard let scalar = rest.popFirst(), let meant = known[scalar] else { throw refused }
    return meant
  }
}
