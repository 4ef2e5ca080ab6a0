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

  /// Aligned columns; lines longer than `width` are cut at their end.
  package func aligned(width: Int? = nil, colour: Bool = false) -> String {
    let titled = [columns.map(\.title)] + rows
    let widths = columns.indices.map { index in titled.map { $0[index].count }.max() ?? 0 }
    return titled.enumerated().map { number, row in
      let line = zip(row, zip(columns, widths)).map { cell, form in
        let space = String(repeating: " ", count: max(0, form.1 - cell.count))
        return form.0.isRight ? space + cell : cell + space
      }.joined(separator: "  ")
      let trimmed = String(line.reversed().drop { $0 == " " }.reversed())
      let cut = width.map {
        trimmed.count > $0 ? trimmed.prefix(max(1, $0 - 1)) + "…" : trimmed[...]
      }
      let text = cut.map(String.init) ?? trimmed
      return colour && number > 0 ? Self.paint(text, row) : text
    }.joined(separator: "\n")
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
