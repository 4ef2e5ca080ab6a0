/// What a switch says and hears, step by step: a recorded dialogue.
///
/// A line of its file each, the first sign says what it is: `<` is said as it stands, `|` is said
/// with a line end, `>` is heard with the Enter key, `}` is heard as it stands; `#` is a comment.
/// `hangup` ends the connection; without it the other side is waited for to end it.
/// `\r \n \b \e \0 \\ \xNN` stand for bytes.
package struct SwitchScript: Sendable, Equatable {
  package enum Step: Sendable, Equatable {
    case says([UInt8])
    case hears([UInt8])
    /// With what the Enter key sends behind it.
    case hearsLine([UInt8])
    case hangsUp
  }

  /// Why a file is no dialogue.
  package struct Malformed: Error, Equatable {
    package var line: Int
    package var reason: String

    package init(line: Int, reason: String) { (self.line, self.reason) = (line, reason) }
  }

  package var steps: [Step] = []

  package init(parsing text: String) throws(Malformed) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      guard let mark = line.first else { continue }
      let rest = line.dropFirst()
      guard let bytes = Self.bytes(rest) else {
        throw Malformed(line: index + 1, reason: "unknown escape")
      }
      guard steps.last != .hangsUp || mark == "#" else {
        throw Malformed(line: index + 1, reason: "a step after the end")
      }
      switch mark {
      case "#": continue
      case "<": steps.append(.says(bytes))
      case "|": steps.append(.says(bytes + [13, 10]))
      case ">": steps.append(.hearsLine(bytes))
      case "}": steps.append(.hears(bytes))
      default:
        guard line == "hangup" else { throw Malformed(line: index + 1, reason: "unknown step") }
        steps.append(.hangsUp)
      }
    }
    guard steps.contains(where: \.isHeard) || steps.contains(.hangsUp) else {
      throw Malformed(line: 0, reason: "nothing is ever heard")
    }
  }

  private static func bytes(_ text: Substring) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "b"): bytes.append(8)
      case UInt8(ascii: "e"): bytes.append(27)
      case UInt8(ascii: "0"): bytes.append(0)
      case UInt8(ascii: "\\"): bytes.append(92)
      case UInt8(ascii: "x"):
        guard rest.count >= 2,
          let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default: return nil
      }
    }
    return bytes
  }
}

extension SwitchScript.Step {
  fileprivate var isHeard: Bool {
    switch self {
    case .hears, .hearsLine: true
    case .says, .hangsUp: false
    }
  }
}
