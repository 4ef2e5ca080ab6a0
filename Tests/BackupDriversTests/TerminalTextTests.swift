import Testing

@testable import BackupDrivers

/// What is left of what a switch draws.
struct TerminalTextTests {
  private func text(_ bytes: String, limit: Int = 1000) -> TerminalText {
    var text = TerminalText(limit: limit)
    text.take(bytes.utf8)
    return text
  }

  static let drawings: [(String, [String], String)] = [
    ("a\r\nb\r\n", ["a", "b"], ""), ("a\nb", ["a"], "b"), ("sw1# ", [], "sw1# "),
    ("a\0b\u{7}c\r\n", ["abc"], ""), (" a\t b  \r\n", [" a\t b  "], ""),
    // A pager's line, erased by backspaces, by a carriage return, and by the screen.
    (" --More-- \u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}          ", [], ""),
    ("--More--\r        \r ip\r\n", [" ip"], ""), ("--More--\r\u{1B}[K ip\r\n", [" ip"], ""),
    ("--More--\u{1B}[2K\r ip\r\n", [" ip"], ""), ("--More--\u{1B}[8D\u{1B}[Kip\r\n", ["ip"], ""),
    // Colours, titles, character sets and modes.
    ("\u{1B}[1;31ma\u{1B}[0m\u{1B}]0;title\u{7}b\u{1B}(B\u{1B}[?25hc", [], "abc"),
    ("\u{1B}]0;title\u{1B}\\a\u{1B}=b\u{1B}7c", [], "abc"),
    // A cursor that is placed in its row, and in another one.
    ("\u{1B}[24;1HHP# \u{1B}[24;5Hs\u{1B}[24;6Hh", [], "HP# sh"),
    (
      "\u{1B}[2;30HLogin\u{1B}[9;26HUser:\u{1B}[11;26HPass:",
      [pad(29) + "Login", pad(25) + "User:"], pad(25) + "Pass:"
    ),
    (
      "HP# show\u{1B}[1;0H\u{1B}[1M\u{1B}[24;1H\u{1B}[1L\u{1B}[24;1H\u{1B}[2Krun",
      ["HP# show", ""], "run"
    ),
    ("old\u{1B}[2Jnew", ["old"], "new"), ("a\u{1B}Eb", ["a"], "b"), ("abc\u{1B}[1Kd", [], "   d"),
    ("abc\u{1B}[2Gx", [], "axc"), ("a\u{1B}[3Cb", [], "a   b"),
    // What breaks off, and numbers that are none.
    ("a\u{1B}[", [], "a"), ("a\u{1B}[99999999999999999999Cb", [], "a b"), ("\u{1B}[;Ha", [], "a"),
    ("\u{1B}[2\u{18}a", [], "a"),
  ]

  @Test(arguments: drawings)
  func `what only moves a cursor leaves what would be seen`(
    _ drawing: (bytes: String, lines: [String], line: String)
  ) {
    let text = text(drawing.bytes)
    #expect(text.lines == drawing.lines)
    #expect(text.line == drawing.line)
  }

  @Test(arguments: drawings)
  func `pieces come to the same wherever they are cut`(
    _ drawing: (bytes: String, lines: [String], line: String)
  ) {
    let bytes = Array(drawing.bytes.utf8)
    for cut in bytes.indices {
      var text = TerminalText(limit: 1000)
      text.take(bytes[..<cut])
      _ = text.line
      text.take(bytes[cut...])
      #expect(text.lines == drawing.lines && text.line == drawing.line)
    }
  }

  @Test(arguments: [
    "\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}        \u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}",
    "\r        \r", "\r\u{1B}[K", "\u{1B}[2K\r", "",
    // Only the next line itself covers it.
    "\r", "\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}", "\u{1B}[24;1H",
  ])
  func `nothing of a pager remains, however it erases its line`(_ erasing: String) {
    for line in [" ip address", "x", "a line that is longer than that of the pager"] {
      var text = text("--More--")
      text.clearLine()
      text.take("\(erasing)\(line)\r\n".utf8)
      #expect(text.lines == [line])
    }
  }

  @Test func `a sign of several bytes is one, and what is none is replaced`() {
    #expect(text("ü€\r\n").lines == ["ü€"])
    var text = TerminalText(limit: 1000)
    text.take([0x61, 0xff, 0x62, 0x0a])
    #expect(text.lines == ["a\u{FFFD}b"])
  }

  @Test func `what does not end is known as endless, and takes no more memory`() {
    let text = text(String(repeating: "0123456789\n", count: 10_000), limit: 1000)
    #expect(text.isEndless && text.lines.count == 90)
    #expect(self.text(String(repeating: "x", count: 200_000)).line.utf8.count == 65_536)
    #expect(!self.text(String(repeating: "x", count: 500) + "\n").isEndless)
  }

  @Test func `hostile bytes of any kind do no harm`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var text = TerminalText(limit: 10_000)
      let bytes = (0..<500).map { _ in
        // Half of them from where sequences are made of.
        Bool.random(using: &generator)
          ? UInt8.random(in: 0...255, using: &generator)
          : Array("\u{1B}[;09HJKLCDG\r\n\u{8}".utf8).randomElement(using: &generator) ?? 0
      }
      text.take(bytes)
      #expect(text.text.utf8.count < 2_000_000)
    }
  }

  private static func pad(_ count: Int) -> String { String(repeating: " ", count: count) }
}
