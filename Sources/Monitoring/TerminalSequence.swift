/// The sequences, such as `ESC [ 31 m`, with which programs colour their output (ECMA-48).
enum TerminalSequence {
  /// What follows the sequence that `introducer`, ESC or the one-character CSI, has begun.
  ///
  /// A sequence that breaks off ends where it breaks off, so no ordinary text is lost with it.
  static func remainder(
    of text: Substring.UnicodeScalarView, after introducer: Unicode.Scalar
  ) -> Substring.UnicodeScalarView {
    let isControlSequence = introducer == "\u{9B}" || text.first == "["
    guard isControlSequence || isIn("\u{20}"..."\u{2F}", text.first) else { return text }
    let body = introducer == "\u{1B}" && isControlSequence ? text.dropFirst() : text
    let rest = body.drop { isIn("\u{30}"..."\u{3F}", $0) && isControlSequence }
      .drop { isIn("\u{20}"..."\u{2F}", $0) }
    let final: ClosedRange<Unicode.Scalar> =
      isControlSequence ? "\u{40}"..."\u{7E}" : "\u{30}"..."\u{7E}"
    return isIn(final, rest.first) ? rest.dropFirst() : rest
  }

  private static func isIn(_ range: ClosedRange<Unicode.Scalar>, _ scalar: Unicode.Scalar?)
    -> Bool
  {
    scalar.map(range.contains) ?? false
  }
}
