/// The log of a run as a page shows it.
enum LogText {
  /// Text that is safe in a page; what a switch's configuration gained and lost is marked.
  static func html(_ log: String, ofSwitch isSwitch: Bool) -> String {
    let text = PageEscaping.escape(log)
    guard isSwitch else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      switch line.first {
      case "+": "<ins>\(line)</ins>"
      case "-": "<del>\(line)</del>"
      default: String(line)
      }
    }.joined(separator: "\n")
  }
}
