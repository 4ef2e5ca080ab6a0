import Glibc

/// A pattern for a line that a device says: `*`, `?` and `[...]`, in any case, blanks at its edges
/// left out.
///
/// Not a regular expression: what a device says is hostile, and must not decide how long its
/// matching takes. A backslash takes the meaning from what follows it: `Save \[y/n\]*`.
package struct LinePattern: Sendable, Hashable, ExpressibleByStringLiteral {
  /// No prompt and no setting is told apart by more; longer lines are compared as far as this.
  private static let compared = 400
  /// FNM_CASEFOLD of fnmatch(3), which Swift's Glibc module leaves out.
  private static let anyCase: Int32 = 1 << 4

  package let pattern: String

  package init(_ pattern: String) { self.pattern = pattern }
  package init(stringLiteral pattern: String) { self.pattern = pattern }

  package func matches(_ line: String) -> Bool {
    Self.matches(pattern, String(line.trimmingBlanks().prefix(Self.compared)))
  }

  /// The line with what the last `*` stands for replaced; nil when it does not match at all.
  ///
  /// What comes after that star in the pattern is lost with it: rather too much is hidden than too
  /// little.
  package func masking(_ line: String) -> String? {
    guard matches(line) else { return nil }
    guard let star = pattern.lastIndex(of: "*") else { return "***" }
    let head = String(pattern[..<star])
    let text = line.trimmingBlanks()
    // The shortest beginning that is like the pattern's: a second secret in the line is hidden, too.
    var visible = ""
    for character in text.prefix(Self.compared) {
      if Self.matches(head, visible) { break }
      visible.append(character)
    }
    return line.prefix { $0 == " " || $0 == "\t" } + visible + "***"
  }

  private static func matches(_ pattern: String, _ text: String) -> Bool {
    fnmatch(pattern, text, anyCase) == 0
  }
}

extension Collection<LinePattern> {
  package func match(_ line: String) -> Bool { contains { $0.matches(line) } }
}

extension StringProtocol {
  /// Without the blanks and line ends at its beginning and its end.
  package func trimmingBlanks() -> String {
    let isBlank = { (scalar: Unicode.Scalar) in
      scalar == " " || scalar == "\t" || scalar == "\r" || scalar == "\n"
    }
    let inner = unicodeScalars.drop(while: isBlank)
    guard let last = inner.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(String.UnicodeScalarView(inner[...last]))
  }
}
