/// A value of XAPI, as JSON carries it (xapi-project.github.io, "wire protocol").
///
/// References are texts `OpaqueRef:...`, integers of 64 bits come as numbers or as texts, times are
/// texts, and what has no result is an empty text.
enum XAPIValue: Sendable, Equatable {
  case null
  case flag(Bool)
  case integer(Int64)
  case real(Double)
  case text(String)
  case list([XAPIValue])
  case map([String: XAPIValue])

  /// What stands for no object.
  static let nullReference = "OpaqueRef:NULL"

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
  var list: [XAPIValue]? { if case .list(let list) = self { list } else { nil } }
  var map: [String: XAPIValue]? { if case .map(let map) = self { map } else { nil } }

  var integer: Int64? {
    switch self {
    case .integer(let integer): integer
    case .text(let text): Int64(text)
    default: nil
    }
  }

  /// A reference to an object that is there.
  var reference: String? {
    guard let text, text.hasPrefix("OpaqueRef:"), text != Self.nullReference else { return nil }
    return text
  }
}

extension XAPIValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
  init(stringLiteral text: String) { self = .text(text) }
  init(booleanLiteral flag: Bool) { self = .flag(flag) }
}

extension XAPIValue: Codable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let integer = try? container.decode(Int64.self) {
      self = .integer(integer)
    } else if let real = try? container.decode(Double.self) {
      self = .real(real)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([XAPIValue].self) {
      self = .list(list)
    } else {
      self = .map(try container.decode([String: XAPIValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .flag(let flag): try container.encode(flag)
    case .integer(let integer): try container.encode(integer)
    case .real(let real): try container.encode(real)
    case .text(let text): try container.encode(text)
    case .list(let list): try container.encode(list)
    case .map(let map): try container.encode(map)
    }
  }
}
