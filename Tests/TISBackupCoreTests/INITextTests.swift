import Testing

@testable import TISBackupCore

struct INITextTests {
  @Test(arguments: [
    ("", [""]), ("a", ["a"]), ("a\n", ["a", ""]), ("a\r\nb\rc\nd", ["a", "b", "c", "d"]),
    ("\r\r\n\n", ["", "", "", ""]), ("\u{feff}a\nb", ["a", "b"]), ("\u{2028}", ["\u{2028}"]),
  ])
  func `lines end as they do on any system`(_ text: String, _ lines: [String]) {
    let text = INIText(Array(text.utf8))
    #expect(text.lines == lines)
    #expect(text.problems.isEmpty)
  }

  @Test func `a file that is not UTF-8 is read as Latin-1, all of it, with a warning`() {
    let bytes = Array("a=é\nb=Sauvegard".utf8) + [0xe9, 0x0a, 0xff]
    let text = INIText(bytes)
    #expect(text.lines == ["a=Ã©", "b=Sauvegardé", "ÿ"])
    #expect(text.problems.map(\.line) == [2])
    #expect(text.problems.map(\.severity) == [.warning])
    #expect(text.problems.first?.hint == "Save the file as UTF-8.")
  }
}
