/// Makes text of any origin, such as the last line of a program's log, fit for a plugin's output.
package enum PluginText {
  /// The text on one line, without anything that a monitoring core or a terminal would act on.
  ///
  /// - `|` becomes `/`: Nagios takes what follows a pipe for performance data, on any line.
  /// - Blanks, tabs and line breaks of any script become one space, and are trimmed at the ends.
  /// - Terminal sequences are dropped whole, then NUL, control and invisible formatting characters,
  ///   bidirectional overrides among them. Joiners stay, emoji and some scripts need them.
  package static func clean(_ text: String) -> String {
    // Nearly all texts are clean: one pass over bytes is a tenth of the work below.
    guard !isClean(text) else { return text }
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    var isAfterBlank = false
    while let scalar = rest.popFirst() {
      if scalar == "\u{1B}" || scalar == "\u{9B}" {
        rest = TerminalSequence.remainder(of: rest, after: scalar)
      } else if scalar.properties.isWhitespace {
        isAfterBlank = true
      } else if !isInvisible(scalar) {
        if isAfterBlank && !result.isEmpty { result.append(" ") }
        isAfterBlank = false
        result.append(scalar == "|" ? "/" : scalar)
      }
    }
    return String(result)
  }

  /// Whether a text is printable ASCII without pipes, and blanks stand alone between words.
  private static func isClean(_ text: String) -> Bool {
    var previous = UInt8(ascii: " ")
    for byte in text.utf8 {
      let isBlank = byte == UInt8(ascii: " ")
      guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "|") else { return false }
      if isBlank && previous == byte { return false }
      previous = byte
    }
    return text.isEmpty || previous != UInt8(ascii: " ")
  }

  /// The clean text in at most `limit` bytes of UTF-8.
  ///
  /// A longer text is cut between two characters, as readers see them, and ends with `...`.
  package static func clean(_ text: String, limit: Int) -> String {
    let text = clean(text)
    guard text.utf8.count > limit else { return text }
    let dots = "...".prefix(max(0, limit))
    var (end, room) = (text.startIndex, limit - dots.utf8.count)
    while end < text.endIndex {
      room -= text[end].utf8.count
      if room < 0 { break }
      end = text.index(after: end)
    }
    let kept = text[..<end]
    return String(kept.hasSuffix(" ") ? kept.dropLast() : kept) + dots
  }

  /// Tells whether a scalar shows nothing by itself: control characters and most of format.
  static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return true
    case .format: return scalar != "\u{200C}" && scalar != "\u{200D}"
    default: return false
    }
  }
}
