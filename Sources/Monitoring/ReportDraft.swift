/// The parts of an output before it is known how many of them fit.
///
/// Transports cut without mercy: NRPE after 1 KB or 64 KB, NSCA after 4 KB. A cut number is a wrong
/// number, so what does not fit goes in whole pieces, the least important first: lines of what is
/// OK, then the other lines, then figures of what is OK, then all other figures, then the end of
/// the summary.
struct ReportDraft {
  /// Figures that stay or go together.
  struct Part {
    var text: String
    /// The state of the item they belong to; nil for those about all items.
    var state: CheckState?

    init(figures: [Perfdata], state: CheckState?) {
      text = figures.map(\.description).joined(separator: " ")
      self.state = state
    }
  }

  struct Line {
    var state: CheckState
    var text: String
  }

  /// State and summary, clean.
  var head: String
  var figures: [Part]
  /// Worst first.
  var lines: [Line]

  /// The text, in at most `budget` bytes when a newline is added at its end.
  func text(within budget: Int?) -> String {
    guard let budget, budget < size else { return written }
    var draft = self
    draft.lines = []
    draft.dropFigures(toFit: budget)
    if draft.size > budget { draft.head = PluginText.clean(head, limit: max(0, budget - 1)) }
    // What room is left is for the list, with a word on what is not in it.
    let room = budget - draft.size
    let kept = keptLines(in: room)
    draft.lines = Array(lines.prefix(kept))
    let note = more(lines.count - kept)
    return draft.written + (draft.size + note.utf8.count <= budget ? note : "")
  }

  /// The line that stands for those that are not there.
  private func more(_ count: Int) -> String { count == 0 ? "" : "\n\\_ ... \(count) more" }

  /// How many of the lines, from the worst on, fit with the note on the others.
  private func keptLines(in room: Int) -> Int {
    var (kept, used) = (0, 0)
    for line in lines {
      used += line.text.utf8.count + 1
      guard used + more(lines.count - kept - 1).utf8.count <= room else { break }
      kept += 1
    }
    return kept
  }

  /// Figures of OK items go first, the last of them before the others, and those about all last.
  private mutating func dropFigures(toFit budget: Int) {
    var excess = size - budget
    let order = figures.indices.sorted { one, other in
      (rank(figures[one]), other) < (rank(figures[other]), one)
    }
    var dropped: Set<Int> = []
    for index in order where excess > 0 {
      excess -= figures[index].text.utf8.count + 1
      dropped.insert(index)
      // With the last figure its separator goes, too.
      if dropped.count == figures.count { excess -= 2 }
    }
    figures = figures.enumerated().filter { !dropped.contains($0.offset) }.map(\.element)
  }

  private func rank(_ part: Part) -> Int {
    switch part.state {
    case .ok: 0
    case .warning: 1
    case .unknown: 2
    case .critical: 3
    case nil: 4
    }
  }

  private var written: String {
    let first =
      figures.isEmpty ? head : head + " | " + figures.map(\.text).joined(separator: " ")
    return ([first] + lines.map(\.text)).joined(separator: "\n")
  }

  /// Bytes of the text and its last newline.
  private var size: Int {
    let figures = figures.isEmpty ? 0 : 2 + figures.reduce(0) { $0 + $1.text.utf8.count + 1 }
    return lines.reduce(head.utf8.count + 1 + figures) { $0 + $1.text.utf8.count + 1 }
  }
}
