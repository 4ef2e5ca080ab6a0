import Glibc

/// Rows of cells: aligned for people, tab separated for scripts.
package struct Table {
  /// One column: its title, and on which side its cells stand.
  package struct Column {
    package var title: String
    package var isRight: Bool

    package static func left(_ title: String) -> Column { Column(title: title, isRight: false) }
    package static func right(_ title: String) -> Column { Column(title: title, isRight: true) }
  }

  private let columns: [Column]
  private var rows: [[String]] = []
  /// Whether the last column goes on in the next line where a terminal is too narrow, instead of being
  /// cut: where it is what people want to read.
  package var wrapsLast = false
  /// Fewer columns than these are no place for a sentence.
  private static let narrowest = 24

  package init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row with a cell for each column.
  package mutating func add(_ cells: [String]) {
    rows.append(
      cells.map { cell in
        Terminal.clean(cell).split(whereSeparator: \.isNewline).joined(separator: " / ")
      })
  }

  /// One line a row without alignment, titles first.
  package var tabSeparated: String {
    ([columns.map { $0.title.lowercased() }] + rows).map { row in
      row.map { $0.replacing("\t", with: " ") }.joined(separator: "\t")
    }.joined(separator: "\n")
  }

  /// Aligned columns; lines longer than `width` are cut at their end, or go on in the next.
  package func aligned(width: Int? = nil, colour: Bool = false) -> String {
    let titled = [columns.map(\.title)] + rows
    let widths = columns.indices.map { index in titled.map { $0[index].count }.max() ?? 0 }
    return titled.enumerated().map { number, row in
      let text = lines(of: row, widths, width ?? .max).joined(separator: "\n")
      return colour && number > 0 ? Self.paint(text, row) : text
    }.joined(separator: "\n")
  }

  private func lines(of row: [String], _ widths: [Int], _ width: Int) -> [String] {
    let line = line(of: row, widths)
    guard line.count > width else { return [line] }
    guard wrapsLast, let last = row.last else {
      return [line.prefix(max(1, width - 1)) + "…"]
    }
    let start = widths.dropLast().map { $0 + 2 }.reduce(0, +)
    guard width - start >= Self.narrowest else {
      // Next to no room beside the others: it stands below them.
      let others = self.line(of: row.dropLast() + [""], widths)
      return [others.count > width ? others.prefix(max(1, width - 1)) + "…" : others]
        + Self.wrapped(last, max(1, width - 4)).map { "    " + $0 }
    }
    let parts = Self.wrapped(last, width - start)
    return [self.line(of: row.dropLast() + [parts.first ?? ""], widths)]
      + parts.dropFirst().map { String(repeating: " ", count: start) + $0 }
  }

  /// A row with its cells in their columns, without blanks at its end.
  private func line(of row: [String], _ widths: [Int]) -> String {
    let line = zip(row, zip(columns, widths)).map { cell, form in
      let space = String(repeating: " ", count: max(0, form.1 - cell.count))
      return form.0.isRight ? space + cell : cell + space
    }.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }

  /// A text in lines of so many characters at most, broken between words where there are any.
  private static func wrapped(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var rest = text[...]
    while rest.count > width {
      let piece = rest.prefix(width + 1)
      let end = piece.lastIndex(of: " ").flatMap { $0 > piece.startIndex ? $0 : nil }
      lines.append(String(end.map { rest[..<$0] } ?? rest.prefix(width)))
      rest = end.map { rest[rest.index(after: $0)...] } ?? rest.dropFirst(width)
    }
    return lines + [String(rest)]
  }

  private static func paint(_ line: String, _ row: [String]) -> String {
    let colours = [
      ("OK", "32"), ("Warning", "33"), ("WARNING", "33"), ("ERROR", "31"), ("CRITICAL", "31"),
      ("Running", "36"), ("died", "31"), ("UNKNOWN", "35"), ("skipped", "33"), ("remove", "33"),
    ]
    for (word, code) in colours where row.contains(word) {
      guard let range = line.firstRange(of: word) else { continue }
      return line[..<range.lowerBound] + "\u{1b}[\(code)m\(word)\u{1b}[0m"
        + line[range.upperBound...]
    }
    return line
  }

  /// The form the descriptor asks for.
  package func text(for descriptor: Int32) -> String {
    aligned(width: Terminal.width(descriptor), colour: Terminal.showsColour(descriptor))
  }
}
