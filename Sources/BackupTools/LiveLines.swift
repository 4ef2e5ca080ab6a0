import TISBackupCore

/// The lines below the story on a terminal: one for each section at work, replaced as it goes on.
struct LiveLines {
  /// In the order in which the sections began.
  private var lines: [(section: String, text: String)] = []
  /// How many lines are on the terminal now.
  private var shown = 0

  /// Whether there is anything to show or to take away.
  var isEmpty: Bool { lines.isEmpty && shown == 0 }

  /// Replaces the line of a section; an empty text removes it.
  mutating func set(_ section: String, _ text: String) {
    let index = lines.firstIndex { $0.section == section }
    switch (index, text.isEmpty) {
    case (let index?, true): lines.remove(at: index)
    case (let index?, false): lines[index].text = text
    case (nil, true): break
    case (nil, false): lines.append((section, text))
    }
  }

  /// What takes the lines away: the cursor is left where the first of them was.
  mutating func erase() -> String {
    defer { shown = 0 }
    guard shown > 0 else { return "" }
    let up = shown > 1 ? "\u{1b}[\(shown - 1)A" : ""
    return "\r\(up)\u{1b}[J"
  }

  /// What shows the lines, none wider than the terminal and no more than it has rows for: a line that
  /// breaks could not be taken away again.
  mutating func draw(columns: Int, rows: Int) -> String {
    let room = max(1, rows - 1)
    let fitting = lines.count > room ? Array(lines.prefix(room - 1)) : lines
    var texts = fitting.map { Self.line($0.section, $0.text, columns) }
    if fitting.count < lines.count {
      texts.append("... and \(lines.count - fitting.count) more at work")
    }
    shown = texts.count
    return texts.map { String($0.prefix(max(1, columns - 1))) }.joined(separator: "\n")
  }

  /// Where a line is too long, its name gives way first: of names that are alike the ends differ.
  private static func line(_ section: String, _ text: String, _ columns: Int) -> String {
    let line = "[\(section)] \(text)"
    let room = max(8, columns / 3)
    guard line.count >= columns, section.count > room else { return line }
    return "[…\(section.suffix(room - 1))] \(text)"
  }
}
