import Glibc

/// What the other end of a descriptor can show.
package enum Terminal {
  package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Columns of the terminal on a descriptor; nil where there is none.
  package static func width(_ descriptor: Int32) -> Int? { size(descriptor, \.ws_col) }

  /// Rows of the terminal on a descriptor; nil where there is none.
  package static func height(_ descriptor: Int32) -> Int? { size(descriptor, \.ws_row) }

  private static func size(_ descriptor: Int32, _ side: (winsize) -> UInt16) -> Int? {
    var size = winsize()
    guard isTerminal(descriptor), ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, side(size) > 0
    else { return nil }
    return Int(side(size))
  }

  /// Colours go to terminals only, and never where `NO_COLOR` is set (https://no-color.org).
  package static func showsColour(_ descriptor: Int32) -> Bool {
    let refused = getenv("NO_COLOR").map { $0[0] != 0 } ?? false
    return isTerminal(descriptor) && !refused
  }

  /// Text of other programs for a terminal: no escape sequences, no other controls.
  package static func clean(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { $0 == "\n" || $0.properties.generalCategory != .control }))
  }
}
