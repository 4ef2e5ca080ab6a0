/// Reads a command line letter by letter, by the quoting rules of POSIX.1-2017, XCU 2.2.
struct ShellLexer {
  struct Quote: Equatable {
    var mark: Unicode.Scalar
    /// Counted from 1.
    var position: Int
  }

  /// Those that are complete.
  private(set) var words: [String] = []
  /// The quote that is open.
  private(set) var openQuote: Quote?
  /// Whether the letter before was a backslash that takes the meaning from the next one.
  private(set) var isEscaped = false
  /// The first letter that would have a meaning to a shell beyond quoting.
  private(set) var shellSign: Unicode.Scalar?

  /// The word being read; nil between words, empty after `''`.
  private var word: String.UnicodeScalarView?
  private var position = 0
  /// Whether the letter before was a `$` that a shell would look at.
  private var isAfterDollar = false

  init(_ line: String) {
    for scalar in line.unicodeScalars { take(scalar) }
    endWord()
  }

  private mutating func take(_ scalar: Unicode.Scalar) {
    position += 1
    if isEscaped { return takeEscaped(scalar) }
    noteSign(scalar)
    isAfterDollar = scalar == "$" && openQuote?.mark != "'"
    switch (openQuote?.mark, scalar) {
    case (let mark?, scalar) where mark == scalar: openQuote = nil
    case ("'", _): append(scalar)
    case (_, "\\"): isEscaped = true
    case ("\"", _): append(scalar)
    case (_, "'"), (_, "\""):
      openQuote = Quote(mark: scalar, position: position)
      word = word ?? .init()
    case (_, " "), (_, "\t"), (_, "\n"), (_, "\r"): endWord()
    default: append(scalar)
    }
  }

  private mutating func takeEscaped(_ scalar: Unicode.Scalar) {
    isEscaped = false
    // A backslash and the end of a line vanish together.
    if scalar == "\n" { return }
    if openQuote != nil, !["\"", "\\", "$", "`"].contains(scalar) { append("\\") }
    append(scalar)
  }

  private mutating func noteSign(_ scalar: Unicode.Scalar) {
    guard shellSign == nil, openQuote?.mark != "'" else { return }
    if isAfterDollar, scalar == "(" || scalar == "{" || scalar == "_" || scalar.isASCIILetter {
      shellSign = "$"
    } else if scalar == "`" || openQuote == nil && ["|", ";", "&", "<", ">"].contains(scalar) {
      shellSign = scalar
    }
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    word = word ?? .init()
    word?.append(scalar)
  }

  private mutating func endWord() {
    if let word { words.append(String(word)) }
    word = nil
  }
}

extension Unicode.Scalar {
  fileprivate var isASCIILetter: Bool { isASCII && properties.isAlphabetic }
}
