/// What the text of pg_dump or pg_dumpall promises, read while it passes by.
///
/// It is read as psql reads it, as far as that takes to tell statements from what only looks like
/// them in a function, a string or a row. psql's own commands are not let through: pg_dump writes
/// two of them, which ``GzipSource`` has no use for (see ``ScratchPostgreSQL``).
struct PostgreSQLDumpText: DumpText {
  private enum State: Equatable {
    case statement
    case lineComment
    case blockComment(depth: Int)
    case string
    case identifier
    /// Between `$` and `$`, where no one knows yet whether it is a quote.
    case tag
    case body
    case command
    /// Rows of COPY; a line is their end when it is `\.`.
    case rows
  }

  /// As much of a statement as anything is known by.
  private static let prefixBytes = 64
  private static let longestCopy = 1 << 20

  /// Tables that the dump creates.
  private(set) var tables: Int64 = 0
  /// The server that it was made from: `15.18 (Debian 15.18-0+deb12u1)`.
  private(set) var version: String?
  private(set) var encoding: String?
  /// Whether the line was there that pg_dump ends with.
  private(set) var isComplete = false
  /// A command of psql that pg_dump does not write.
  private(set) var strangeCommand: String?

  private var state = State.statement
  private var previous: UInt8 = 0x0a
  /// The byte before `previous`, to tell an `E'...'` from a name that ends with E.
  private var beforePrevious: UInt8 = 0x0a
  /// The beginning of the statement; a COPY is kept whole, for its end says where rows come from.
  private var statement: [UInt8] = []
  /// A comment or a command, or the end of a row's line.
  private var line: [UInt8] = []
  private var tag: [UInt8] = []
  /// The last bytes of a body, as many as its tag has.
  private var end: [UInt8] = []
  private var isBeforeRows = false
  /// Whether a backslash means something in the string, and whether the last byte was one.
  private var (hasEscapes, isEscaped) = (false, false)

  mutating func pass(
    _ piece: UnsafeRawBufferPointer, to write: (UnsafeRawBufferPointer) -> Bool
  ) -> Bool {
    var (index, written) = (0, 0)
    while index < piece.count {
      if state == .rows {
        index = skipRows(in: piece, from: index)
        continue
      }
      let byte = piece[index]
      if state == .statement && byte == UInt8(ascii: "\\") && previous == 0x0a {
        guard written == index || write(UnsafeRawBufferPointer(rebasing: piece[written..<index]))
        else { return false }
        (state, written) = (.command, index)
      }
      index += 1
      if state == .command {
        written = index
        guard takeCommand(byte) else { return false }
      } else {
        take(byte)
      }
      (beforePrevious, previous) = (previous, byte)
    }
    return written == piece.count || write(UnsafeRawBufferPointer(rebasing: piece[written...]))
  }

  /// Passes over rows, most of a dump; gives where they end, or the end of the piece.
  private mutating func skipRows(in piece: UnsafeRawBufferPointer, from start: Int) -> Int {
    var begin = start
    while let newline = piece.newline(from: begin) {
      keepRow(piece, begin..<newline)
      let isEnd = line == [UInt8(ascii: "\\"), UInt8(ascii: ".")]
      line.removeAll(keepingCapacity: true)
      begin = newline + 1
      if isEnd {
        (state, previous) = (.statement, 0x0a)
        return begin
      }
    }
    keepRow(piece, begin..<piece.count)
    return piece.count
  }

  /// As much of a row as tells whether it is the end of all.
  private mutating func keepRow(_ piece: UnsafeRawBufferPointer, _ range: Range<Int>) {
    for index in range.prefix(3 - line.count) { line.append(piece[index]) }
  }

  private mutating func take(_ byte: UInt8) {
    switch state {
    case .statement: takeStatement(byte)
    case .lineComment:
      guard byte == 0x0a else { return keep(byte) }
      judgeComment()
      state = .statement
    case .blockComment(let depth):
      let pair = (previous, byte)
      if pair == (UInt8(ascii: "*"), UInt8(ascii: "/")) {
        state = depth == 1 ? .statement : .blockComment(depth: depth - 1)
      } else if pair == (UInt8(ascii: "/"), UInt8(ascii: "*")) {
        state = .blockComment(depth: depth + 1)
      }
    case .string: takeString(byte)
    case .identifier:
      remember(byte)
      if byte == UInt8(ascii: "\"") { state = .statement }
    case .tag: takeTag(byte)
    case .body:
      end.append(byte)
      if end.count > tag.count { end.removeFirst() }
      if end == tag { state = .statement }
    case .command, .rows: break
    }
  }

  private mutating func takeStatement(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: ";"): return endStatement()
    case 0x0a where isBeforeRows: (state, isBeforeRows) = (.rows, false)
    case UInt8(ascii: "'"):
      // Two quotes in a row stand for one, and the string goes on.
      if previous != byte {
        hasEscapes = previous | 0x20 == UInt8(ascii: "e") && !beforePrevious.isOfName
      }
      state = .string
    case UInt8(ascii: "\""): state = .identifier
    case UInt8(ascii: "$") where !previous.isOfName: (state, tag) = (.tag, [byte])
    case UInt8(ascii: "-") where previous == byte: (state, line) = (.lineComment, [])
    case UInt8(ascii: "*") where previous == UInt8(ascii: "/"): state = .blockComment(depth: 1)
    default: break
    }
    switch state {
    // Its first byte was taken for one of the statement.
    case .lineComment, .blockComment: statement = statement.dropLast()
    case .rows: break
    default: remember(byte)
    }
  }

  private mutating func takeString(_ byte: UInt8) {
    remember(byte)
    if isEscaped {
      isEscaped = false
    } else if byte == UInt8(ascii: "\\") {
      isEscaped = hasEscapes
    } else if byte == UInt8(ascii: "'") {
      state = .statement
    }
  }

  private mutating func takeTag(_ byte: UInt8) {
    tag.append(byte)
    if byte == UInt8(ascii: "$") {
      (state, end) = (.body, [])
    } else if !byte.isOfName || tag.count > Self.prefixBytes {
      state = .statement
      takeStatement(byte)
    }
  }

  /// Gives false for a command that is none of pg_dump's.
  private mutating func takeCommand(_ byte: UInt8) -> Bool {
    guard byte == 0x0a else {
      keep(byte)
      return true
    }
    state = .statement
    let text = String(decoding: line, as: UTF8.self)
    line.removeAll(keepingCapacity: true)
    guard text.hasPrefix("\\restrict ") || text.hasPrefix("\\unrestrict ") else {
      strangeCommand = text
      return false
    }
    return true
  }

  private mutating func endStatement() {
    let text = String(decoding: statement, as: UTF8.self)
    statement.removeAll(keepingCapacity: true)
    if text.hasPrefix("CREATE TABLE ") || text.hasPrefix("CREATE UNLOGGED TABLE ") {
      tables += 1
    } else if text.hasPrefix("COPY ") {
      isBeforeRows = text.hasSuffix(" FROM stdin")
    } else if text.hasPrefix("SET client_encoding = '"), encoding == nil {
      encoding = text.split(separator: "'").last.map { String($0) }
    }
  }

  private mutating func judgeComment() {
    let text = String(decoding: line, as: UTF8.self)
    line.removeAll(keepingCapacity: true)
    let mark = " Dumped from database version "
    if text.hasPrefix(mark), version == nil { version = String(text.dropFirst(mark.count)) }
    isComplete =
      isComplete || text == " PostgreSQL database dump complete"
      || text == " PostgreSQL database cluster dump complete"
  }

  private mutating func remember(_ byte: UInt8) {
    if statement.isEmpty && (byte == 0x0a || byte == 0x20) { return }
    let isShort = statement.count < Self.prefixBytes
    guard isShort || statement.count < Self.longestCopy && statement.starts(with: "COPY ".utf8)
    else { return }
    statement.append(byte)
  }

  private mutating func keep(_ byte: UInt8) {
    if line.count < Self.prefixBytes * 2 { line.append(byte) }
  }
}

extension UInt8 {
  /// Whether it may stand in a name without quotes (`$` aside, which ends a tag).
  fileprivate var isOfName: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
