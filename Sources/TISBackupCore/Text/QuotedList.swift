/// Reads quoted strings separated by commas, as they stand in a Python list: `"a", 'b\'s', r"\c",`.
struct QuotedList {
  private let scalars: [Unicode.Scalar]
  private var index = 0

  /// The strings, rid of quotes and escapes; a comma may follow the last one.
  ///
  /// Throws at the first character that does not belong there, with its position.
  static func parse(_ text: String) throws(BackupError) -> [String] {
    var list = QuotedList(text)
    return try list.read()
  }

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func read() throws(BackupError) -> [String] {
    var items: [String] = []
    skipWhiteSpace()
    while next != nil {
      items.append(try readString())
      skipWhiteSpace()
      guard let sign = next else { break }
      guard sign == "," else { throw unexpected(.commaExpected(index + 1)) }
      index += 1
      skipWhiteSpace()
    }
    return items
  }

  private mutating func skipWhiteSpace() {
    while next?.properties.isWhitespace == true { index += 1 }
  }

  private mutating func readString() throws(BackupError) -> String {
    let isRaw = next == "r" || next == "R"
    let opening = index + (isRaw ? 1 : 0)
    guard opening < scalars.count, ["\"", "'"].contains(scalars[opening]) else {
      throw unexpected(.quoteExpected(index + 1))
    }
    index = opening + 1
    var content = String.UnicodeScalarView()
    while let sign = next {
      index += 1
      if sign == scalars[opening] { return String(content) }
      content.append(contentsOf: sign == "\\" ? escaped(isRaw: isRaw) : [sign])
    }
    throw unexpected(.openQuote(opening + 1))
  }

  /// What a backslash and the sign after it stand for; Python keeps both where it knows no better.
  private mutating func escaped(isRaw: Bool) -> [Unicode.Scalar] {
    guard let sign = next else { return ["\\"] }
    index += 1
    return !isRaw && ["\\", "\"", "'"].contains(sign) ? [sign] : ["\\", sign]
  }

  private func unexpected(_ message: BackupError.Message) -> BackupError {
    BackupError(.configuration, message, hint: .rightForm)
  }
}

extension BackupError.Message {
  fileprivate static func quoteExpected(_ position: Int) -> Self {
    "a pattern in quotes should begin at character \(position)"
  }
  fileprivate static func commaExpected(_ position: Int) -> Self {
    "a comma should stand at character \(position)"
  }
  fileprivate static func openQuote(_ position: Int) -> Self {
    "the quote at character \(position) is not closed"
  }
  fileprivate static let rightForm: Self = "Write the patterns as \"a\",\"b*\",\"c d\"."
}
