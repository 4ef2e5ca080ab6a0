import Testing

@testable import TISBackupCore

struct TableTests {
  private func table(_ rows: [[String]], wraps: Bool = false) -> Table {
    var table = Table([.left("NAME"), .right("SIZE"), .left("WHY")])
    table.wrapsLast = wraps
    for row in rows { table.add(row) }
    return table
  }

  private let rows = [
    ["web1", "1.9 MiB", "older than retention, and the newest of no kept week or month"],
    ["a longer name", "-", "pinned"],
  ]

  @Test func `aligns its columns, and ends no line with blanks`() {
    #expect(
      table([["a", "1", ""], ["bcd", "22", "x"]]).aligned() == """
        NAME  SIZE  WHY
        a        1
        bcd     22  x
        """)
  }

  @Test func `cuts what is wider than the terminal`() {
    let lines = table(rows).aligned(width: 30).split(separator: "\n")
    #expect(lines[1] == "web1           1.9 MiB  older…")
    #expect(lines.allSatisfy { $0.count <= 30 })
  }

  @Test func `goes on in the next line below the last column, where there is room for that`() {
    #expect(
      table(rows, wraps: true).aligned(width: 52) == """
        NAME              SIZE  WHY
        web1           1.9 MiB  older than retention, and
                                the newest of no kept week
                                or month
        a longer name        -  pinned
        """)
  }

  @Test func `goes on below all of them, where there is none`() {
    #expect(
      table(rows, wraps: true).aligned(width: 36) == """
        NAME              SIZE  WHY
        web1           1.9 MiB
            older than retention, and the
            newest of no kept week or month
        a longer name        -  pinned
        """)
  }

  @Test(arguments: 1...80)
  func `is never wider than it may be, and loses no word that wraps`(_ width: Int) {
    let text = table(rows, wraps: true).aligned(width: width)
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= max(width, 5) })
    if width >= 24 {
      let words = text.split { $0 == " " || $0 == "\n" }
      for word in rows[0][2].split(separator: " ") { #expect(words.contains(word)) }
    }
  }

  @Test func `breaks a word that is wider than all there is`() {
    let long = [["a", "1", String(repeating: "x", count: 40)]]
    let lines = table(long, wraps: true).aligned(width: 20).split(separator: "\n")
    #expect(lines.dropFirst().joined().filter { $0 == "x" }.count == 40)
    #expect(lines.allSatisfy { $0.count <= 20 })
  }
}
