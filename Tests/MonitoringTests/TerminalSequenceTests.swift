import Testing

@testable import Monitoring

struct TerminalSequenceTests {
  @Test(arguments: [
    ("[31mred", "red"), ("[mred", "red"), ("[1;31;4mred", "red"), ("[?25lred", "red"),
    ("[38:2::1:2:3mred", "red"), ("[2Jred", "red"), ("[0 qred", "red"), ("[", ""), ("[31", ""),
    ("[31\nred", "\nred"), ("[31é", "é"), ("(Bred", "red"), ("#8red", "red"), ("( Fred", "red"),
    ("(", ""), ("(\n", "\n"), ("é", "é"), ("", ""), ("\nred", "\nred"),
  ])
  func `a sequence that ESC begins ends with its final byte, or where it breaks off`(
    _ text: String, _ rest: String
  ) {
    let remainder = TerminalSequence.remainder(of: text.unicodeScalars[...], after: "\u{1b}")
    #expect(String(remainder) == rest)
  }

  @Test(arguments: [
    ("31mred", "red"), ("mred", "red"), ("?25lred", "red"), ("[31mred", "31mred"), ("", ""),
    ("31\nred", "\nred"),
  ])
  func `the one-character introducer needs no bracket`(_ text: String, _ rest: String) {
    let remainder = TerminalSequence.remainder(of: text.unicodeScalars[...], after: "\u{9b}")
    #expect(String(remainder) == rest)
  }

  @Test(arguments: [
    ("a\u{1b}[1m\u{1b}[31mb\u{1b}[0mc", "abc"), ("a\u{1b}\u{1b}[1mb", "ab"), ("a\u{1b}", "a"),
    ("a\u{1b}[", "a"), ("a\u{1b}[31|b", "a"), ("\u{1b}[1m \u{1b}[0m", ""),
  ])
  func `no escape is left in a line`(_ text: String, _ clean: String) {
    let line = PluginText.clean(text)
    #expect(!line.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{9b}" })
    #expect(line.hasPrefix(clean))
  }
}
