/// The text on the terminal of a switch: what it sends, without what only moves a cursor about.
///
/// Switches draw: a pager erases its line by backspaces or by a carriage return, a ProCurve places
/// each sign of its prompt. So this is a terminal of one line, the last, above which the finished
/// lines are kept. Sequences are those of ECMA-48 and the VT100; what is not known is left out.
struct TerminalText {
  /// Signs of a line; what is longer is cut.
  private static let widest = 65_536
  /// Bytes of all lines together that are believed to be an answer.
  private let limit: Int

  private enum State { case text, escape, charset, control, string, stringEscape }

  /// The lines that are finished, without their ends.
  private(set) var lines: [String] = []
  /// Whether more came than is believed.
  private(set) var isEndless = false
  private var size = 0
  /// The last line, byte by byte; nil where something was erased.
  private var cells: [UInt8?] = []
  private var column = 0
  /// The row it was last placed in; nil when it never was.
  private var row: Int?
  private var state = State.text
  private var parameters: [UInt8] = []
  /// Whether the last line is a pager's, of which nothing is to remain.
  private var isPassing = false

  init(limit: Int = 16 << 20) { self.limit = limit }

  /// The line that is not finished.
  var line: String { Self.text(cells) }

  /// Everything, the last line too.
  var text: String { (lines + [line]).joined(separator: "\n") }

  mutating func take(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { take(byte) }
  }

  /// Forgets all lines, for what comes now answers something else; the cursor stays where it is.
  mutating func clear() { (lines, size, cells, isPassing) = ([], 0, [], false) }

  /// Forgets the last line, the question of a pager, which it may erase itself or not.
  mutating func clearLine() {
    cells = cells.map { _ in nil }
    isPassing = true
  }

  private mutating func take(_ byte: UInt8) {
    switch state {
    case .text: takeText(byte)
    case .escape: takeEscape(byte)
    case .charset: state = .text
    case .control: takeControl(byte)
    case .string: if byte == 0x07 { state = .text } else if byte == 0x1b { state = .stringEscape }
    case .stringEscape: state = byte == 0x5c ? .text : .string
    }
  }

  private mutating func takeText(_ byte: UInt8) {
    switch byte {
    case 0x08: (column, isPassing) = (max(0, column - 1), false)
    case 0x0a, 0x0b, 0x0c: finishLine()
    case 0x0d: (column, isPassing) = (0, false)
    case 0x1b: state = .escape
    case 0x09: put(byte)
    case 0..<0x20, 0x7f: break
    default: put(byte)
    }
  }

  private mutating func put(_ byte: UInt8) {
    if isPassing { (cells, column, isPassing) = ([], 0, false) }
    guard column < Self.widest else { return }
    while cells.count < column { cells.append(nil) }
    if column < cells.count {
      // A blank over something erases it.
      cells[column] = byte == 0x20 ? nil : byte
    } else {
      cells.append(byte)
    }
    column += 1
  }

  private mutating func finishLine() {
    let line = self.line
    size += line.utf8.count + 1
    if size > limit { isEndless = true } else { lines.append(line) }
    (cells, column, isPassing) = ([], 0, false)
  }

  /// Whether anything stands in the last line that was not erased.
  private var hasText: Bool { cells.contains { $0 != nil } }

  /// Whatever was erased at the end of a line was never a part of it.
  private static func text(_ cells: [UInt8?]) -> String {
    let end = cells.lastIndex { $0 != nil }.map { $0 + 1 } ?? 0
    return String(decoding: cells[..<end].map { $0 ?? 0x20 }, as: UTF8.self)
  }

  private mutating func takeEscape(_ byte: UInt8) {
    switch byte {
    case 0x5b:  // [
      (state, parameters) = (.control, [])
    case 0x5d, 0x50, 0x58, 0x5e, 0x5f: state = .string  // ] P X ^ _
    case 0x20...0x2f: state = .charset  // with one more sign
    case 0x44, 0x45:  // IND, NEL
      finishLine()
      state = .text
    default: state = .text
    }
  }

  private mutating func takeControl(_ byte: UInt8) {
    switch byte {
    case 0x40...0x7e:
      state = .text
      move(byte)
    case 0x18, 0x1a: state = .text
    case 0x1b: state = .escape
    default: if parameters.count < 32 { parameters.append(byte) }
    }
  }

  private mutating func move(_ final: UInt8) {
    isPassing = false
    let numbers = parameters.split(separator: 0x3b, omittingEmptySubsequences: false)
      .map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
    let first = numbers.first ?? 0
    switch final {
    case UInt8(ascii: "H"), UInt8(ascii: "f"):
      place(row: first, column: numbers.count > 1 ? numbers[1] : 1)
    case UInt8(ascii: "G"): column = clamped(first - 1)
    case UInt8(ascii: "C"): column = clamped(column + max(1, first))
    case UInt8(ascii: "D"): column = clamped(column - max(1, first))
    case UInt8(ascii: "K"): erase(first)
    // What is cleared from a screen was said all the same.
    case UInt8(ascii: "J"): if first == 0 { erase(0) } else if hasText { finishLine() }
    // A line that is set in pushes up the ones before it: a ProCurve's way to begin a new one.
    case UInt8(ascii: "L"), UInt8(ascii: "E"): finishLine()
    default: break
    }
  }

  /// Whoever goes to another row has finished this one.
  private mutating func place(row: Int, column: Int) {
    if row != self.row, hasText { finishLine() }
    (self.row, self.column) = (row, clamped(column - 1))
  }

  private func clamped(_ column: Int) -> Int { min(max(0, column), Self.widest) }

  /// 0: from the cursor on; 1: up to it; 2: the whole line.
  private mutating func erase(_ part: Int) {
    switch part {
    case 0: cells.removeSubrange(min(column, cells.count)...)
    case 1: for index in cells.indices.prefix(column + 1) { cells[index] = nil }
    default: cells = []
    }
  }
}
