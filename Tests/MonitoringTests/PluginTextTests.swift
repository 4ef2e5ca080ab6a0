import Testing

@testable import Monitoring

struct PluginTextTests {
  @Test(arguments: [
    ("", ""), ("as it is", "as it is"), ("a|b||c", "a/b//c"), ("a\nb", "a b"),
    ("a\r\n\r\nb", "a b"),
    ("a\t \tb", "a b"), ("  a  ", "a"), ("\n\n", ""), ("a\u{b}b\u{c}c", "a b c"),
    ("a\u{85}b\u{2028}c\u{2029}d", "a b c d"), ("a\u{a0}b\u{3000}c", "a b c"),
    ("a\0b\u{7}c\u{8}d\u{7f}e", "abcde"), ("a\u{80}\u{9f}b", "ab"),
    ("a\u{202e}b\u{2066}c\u{200e}d", "abcd"), ("a\u{feff}b\u{ad}c\u{200b}d", "abcd"),
    ("\u{e0041}tag", "tag"), ("a \u{200b} b", "a b"), ("é日本 Ж", "é日本 Ж"),
    ("👨‍👩‍👧", "👨‍👩‍👧"), ("می\u{200c}خواهم", "می\u{200c}خواهم"), ("e\u{301}", "e\u{301}"),
    ("|\u{301}", "/\u{301}"), ("`~$&'\"<>\\;", "`~$&'\"<>\\;"),
    ("\u{1b}[31mred\u{1b}[0m", "red"), ("\u{9b}31mred", "red"),
  ])
  func `text becomes one line that nothing acts on`(_ text: String, _ clean: String) {
    #expect(Array(PluginText.clean(text).unicodeScalars) == Array(clean.unicodeScalars))
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "ab..."), ("abcdef", 3, "..."), ("abcdef", 2, ".."),
    ("abcdef", 0, ""), ("abcdef", -5, ""), ("ab cdef", 6, "ab..."), ("ééé", 5, "é..."),
    ("ééé", 4, "..."),
    ("ééé", 6, "ééé"), ("e\u{301}e\u{301}x", 6, "e\u{301}..."), ("e\u{301}xyz", 4, "..."),
    ("a👨‍👩‍👧bcdefghijklmnopqrst", 20, "a..."), ("日本語", 8, "日..."), ("\u{200b}abc\n", 3, "abc"),
  ])
  func `a text too long is cut between two characters`(
    _ text: String, _ limit: Int, _ clean: String
  ) {
    #expect(PluginText.clean(text, limit: limit) == clean)
  }

  @Test func `a text of a megabyte is cut to its limit`() {
    for piece in ["a", "é", "\u{301}", "\u{1b}[", "| ", "\n", "👨‍👩‍👧"] {
      let long = String(repeating: piece, count: (1 << 20) / piece.utf8.count)
      #expect(PluginText.clean(long, limit: 1000).utf8.count <= 1000)
    }
  }

  @Test func `control, format and separator characters are invisible, joiners and letters are not`()
  {
    for scalar in [
      "\0", "\n", "\u{1b}", "\u{7f}", "\u{80}", "\u{9f}", "\u{ad}", "\u{61c}",
      "\u{200b}", "\u{200e}", "\u{2028}", "\u{2029}", "\u{202e}", "\u{2069}", "\u{feff}",
      "\u{e0001}",
    ] as [Unicode.Scalar] {
      #expect(PluginText.isInvisible(scalar), "\(scalar.value)")
    }
    for scalar in ["a", " ", "~", "é", "\u{200c}", "\u{200d}", "日", "\u{301}", "\u{fe0f}"]
      as [Unicode.Scalar]
    {
      #expect(!PluginText.isInvisible(scalar), "\(scalar.value)")
    }
  }
}
