import Monitoring

extension PassiveText {
  /// All lines as a way to a server writes them, in at most `limit` bytes of what `encode` makes of
  /// the text, which is never less than the text has.
  package static func lines(_ report: Report, limit: Int, encode: (String) -> String) -> String {
    var room = max(limit, 1)
    while true {
      let text = encode(lines(report, limit: room))
      guard text.utf8.count > limit, room > 1 else { return text }
      room = max(1, min(room - 1, room * limit / text.utf8.count))
    }
  }

  /// Line ends as Nagios reads them in commands and check results, the two characters `\n`.
  ///
  /// It would undo `\\` as well, but there are no backslashes.
  package static func escapingLines(_ text: String) -> String {
    text.replacing("\n", with: "\\n")
  }
}
