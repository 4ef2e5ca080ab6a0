import Testing

@testable import BackupTools

@Suite("The live lines of a terminal")
struct LiveLinesTests {
  /// Plays what is written to a terminal; gives the lines that stand on it.
  private static func screen(_ written: String) -> [String] {
    var (lines, row, column) = ([[Character]()], 0, 0)
    var rest = written[...]
    while let character = rest.popFirst() {
      switch character {
      case "\n":
        (row, column) = (row + 1, 0)
        if row == lines.count { lines.append([]) }
      case "\r": column = 0
      case "\u{1b}":
        rest.removeFirst()
        let number = rest.prefix { $0.isNumber }
        rest = rest.dropFirst(number.count)
        switch rest.removeFirst() {
        case "A": row -= Int(number) ?? 1
        case "J":
          lines = Array(lines.prefix(row + 1))
          lines[row] = Array(lines[row].prefix(column))
        case let other: Issue.record("unknown sequence \(other)")
        }
      default:
        lines[row] = Array(lines[row].prefix(column)) + [character]
        column += 1
      }
    }
    return lines.map { String($0) }
  }

  @Test("stand one below the other, in the order in which the sections began")
  func order() {
    var live = LiveLines()
    for (section, text) in [("b", "1"), ("a", "2"), ("b", "3")] { live.set(section, text) }
    #expect(live.draw(columns: 80, rows: 24) == "[b] 3\n[a] 2")
  }

  @Test("are replaced without a trace, and leave with their section")
  func replaced() {
    var live = LiveLines()
    var written = "story\n"
    func show(_ section: String, _ text: String, _ live: inout LiveLines) {
      written += live.erase()
      live.set(section, text)
      written += live.draw(columns: 80, rows: 24)
    }
    show("web1", "a long text", &live)
    show("web2", "other", &live)
    show("web1", "short", &live)
    #expect(Self.screen(written) == ["story", "[web1] short", "[web2] other"])
    written += live.erase() + "more\n" + live.draw(columns: 80, rows: 24)
    #expect(Self.screen(written) == ["story", "more", "[web1] short", "[web2] other"])
    show("web1", "", &live)
    #expect(Self.screen(written) == ["story", "more", "[web2] other"])
    show("web2", "", &live)
    #expect(Self.screen(written) == ["story", "more", ""])
    #expect(live.isEmpty && live.erase() == "")
  }

  @Test("never break, and never fill the terminal")
  func small() {
    var live = LiveLines()
    for number in 1...9 { live.set("s\(number)", "copies \(number)") }
    let shown = live.draw(columns: 12, rows: 5).split(separator: "\n").map(String.init)
    #expect(shown == ["[s1] copies", "[s2] copies", "[s3] copies", "... and 6 m"])
    #expect(live.draw(columns: 1, rows: 1).count <= 1)
  }

  @Test("of long names show the ends of those, and what is to be told")
  func longNames() {
    var live = LiveLines()
    for number in 1...2 { live.set("files-of-the-branch-office-\(number)", "copies: 1.9 MiB") }
    #expect(
      live.draw(columns: 36, rows: 9)
        == "[…ch-office-1] copies: 1.9 MiB\n[…ch-office-2] copies: 1.9 MiB")
    #expect(live.draw(columns: 80, rows: 9).hasPrefix("[files-of-the-branch-office-1] copies"))
  }

  @Test("of a section that is not there is nothing to take away")
  func unknown() {
    var live = LiveLines()
    live.set("web1", "")
    #expect(live.isEmpty && live.draw(columns: 80, rows: 24) == "" && live.erase() == "")
  }
}
