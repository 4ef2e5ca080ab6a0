/// What one line of an ini file is, before its surroundings are known.
///
/// The order of the tests and the marks are those of the parser TISBackup brings along; lines that
/// begin with `%` are comments here, where TISBackup takes one with a `=` or `:` for a key.
enum INILine: Equatable {
  case blank
  case comment
  /// `[name]`, and perhaps a comment.
  case header(String)
  /// Begins with `[` and is no header; with the name it was probably meant to have.
  case brokenHeader(String?)
  case entry(key: String, value: String)
  /// Begins with white space: more of the value above.
  case continuation(String)
  /// Neither `=` nor `:`.
  case noSeparator
  /// `=` or `:` with nothing before it.
  case noKey
  /// Holds a NUL, which would end the text for every program it is given to.
  case nul

  private typealias Scalars = Substring.UnicodeScalarView

  // Works on scalars: a mark with a combining accent after it would hide in a Character.
  init(_ line: String) {
    let text = line.unicodeScalars[...].trimmed()
    guard let first = line.unicodeScalars.first, !text.isEmpty else {
      self = .blank
      return
    }
    switch first {
    case ";", "#", "%": self = .comment
    case _ where text.contains("\0"): self = .nul
    case "[": self = Self.header(in: text)
    case _ where first.isBlank: self = .continuation(String(text))
    default: self = Self.entry(in: text)
    }
  }

  private static func header(in line: Scalars) -> Self {
    let inside = line.dropFirst()
    guard let end = inside.firstIndex(of: "]") else {
      return .brokenHeader(likelyName(in: inside.prefix { $0 != ";" && $0 != "#" }))
    }
    let name = inside[..<end]
    let tail = inside[inside.index(after: end)...].trimmed()
    guard !name.isEmpty, tail.isEmpty || tail.first == ";" || tail.first == "#" else {
      return .brokenHeader(likelyName(in: name))
    }
    return .header(String(name))
  }

  /// Only what TISBackup takes for the name of a backup: letters, digits, `_`, `-` and `.`.
  private static func likelyName(in text: Scalars) -> String? {
    let name = text.trimmed()
    let isName = name.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
        || ["_", "-", "."].contains($0)
    }
    return name.isEmpty || !isName ? nil : String(name)
  }

  private static func entry(in line: Scalars) -> Self {
    guard let separator = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
      return .noSeparator
    }
    let key = String(line[..<separator].trimmed())
    guard !key.isEmpty else { return .noKey }
    let value = withoutComment(line[line.index(after: separator)...].trimmed())
    return .entry(key: key.lowercased(), value: String(value))
  }

  /// Only the first `;` of a value can begin a comment, and only after white space.
  private static func withoutComment(_ value: Scalars) -> Scalars {
    guard let mark = value.firstIndex(of: ";"), let before = value[..<mark].last,
      before.isBlank
    else { return value }
    return value[..<mark].trimmed()
  }
}

extension Substring.UnicodeScalarView {
  fileprivate func trimmed() -> Self {
    guard let end = lastIndex(where: { !$0.isBlank }) else { return prefix(0) }
    return self[...end].drop { $0.isBlank }
  }
}

extension Unicode.Scalar {
  /// White space of any script; the tables of Unicode are asked only where they are needed.
  fileprivate var isBlank: Bool {
    isASCII ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace
  }
}
