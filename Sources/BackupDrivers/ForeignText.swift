import TISBackupCore

/// What another machine says, as a part of a sentence of ours.
enum ForeignText {
  /// More than this is no word for people.
  private static let limit = 200

  /// The text on one line, without controls, and not endless.
  static func line(_ text: String) -> String {
    let words = Terminal.clean(String(text.prefix(limit * 4))).split(whereSeparator: \.isWhitespace)
    let line = words.joined(separator: " ")
    return line.count > limit ? "\(line.prefix(limit))..." : line
  }
}
