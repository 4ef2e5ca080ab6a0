import TISBackupTestSupport
import Testing

@testable import TISBackupCore

struct ShellWordsTests {
  @Test(arguments: [
    ("", []), ("  \t\n ", []), ("a", ["a"]), (" a  b\tc\nd ", ["a", "b", "c", "d"]),
    ("'a b' \"c d\"", ["a b", "c d"]), ("a'b'\"c\"d", ["abcd"]), ("'' \"\"", ["", ""]),
    (#"a\ b \'c\" \\"#, ["a b", "'c\"", #"\"#]), (#"'a\b'"#, [#"a\b"#]),
    (#""a\"b\\c\d\$e\`f""#, [#"a"b\c\d$e`f"#]), ("a\\\nb \"c\\\nd\"", ["ab", "cd"]),
    ("-o a=b --rsh='ssh -p 22'", ["-o", "a=b", "--rsh=ssh -p 22"]),
    ("$HOME ~ *.x `a` | # b", ["$HOME", "~", "*.x", "`a`", "|", "#", "b"]),
    ("a\"\u{301}\"b é", ["a\u{301}b", "é"]),
  ])
  func `a line is split as a shell splits it, and nothing is expanded`(
    _ line: String, _ words: [String]
  ) throws {
    #expect(try ShellWords.split(line) == words)
  }

  @Test(arguments: [
    ("a 'b", "the quote ' at character 3 is not closed"),
    ("a \"b' c", "the quote \" at character 3 is not closed"),
    (#""a\""#, "the quote \" at character 1 is not closed"),
    ("'a''", "the quote ' at character 4 is not closed"),
    (#"a\"#, "the backslash at the end has nothing after it"),
  ])
  func `what is not closed is named`(_ line: String, _ message: String) {
    let error = #expect(throws: BackupError.self) { try ShellWords.split(line) }
    #expect(error?.message.text == message)
    #expect(error?.hint != nil)
  }

  @Test(
    arguments: [
      ("a | b", "|"), ("a;b", ";"), ("a && b", "&"), ("a >b", ">"), ("a <b", "<"), ("a `b`", "`"),
      ("a $(b)", "$"), ("a \"$(b)\"", "$"), ("a \"`b`\"", "`"), ("a ${b}", "$"), ("a $b", "$"),
      ("a 'x' ; b > c", ";"), ("a \"$_\"", "$"),
    ] as [(String, Character)])
  func `what only a shell can do is found`(_ line: String, _ sign: Character) {
    #expect(ShellWords.unquotedOperator(in: line) == sign)
  }

  @Test(arguments: [
    "", "a b", "'a | b; c & d > e < f `g` $(h)'", "\"a | b; c & d > e < f\"", #"a \| \; \$(b) \`"#,
    "a $ b", "a 5$", #""\$(a) \`b""#, "awk '{print $1}'", "'$'(", "\"$\"HOME", "a $1",
  ])
  func `what is quoted needs no shell`(_ line: String) {
    #expect(ShellWords.unquotedOperator(in: line) == nil)
  }

  @Test func `words that were quoted come back, and no line traps`() throws {
    var random = SeededGenerator(seed: 5)
    let pieces = ["a", " ", "'", "\"", "\\", "$", "`", "(", "|", "\n", "é", "\u{301}", "-", "="]
    for _ in 0..<5000 {
      let words = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        random.text(of: pieces, upTo: 8)
      }
      #expect(try ShellWords.split(RemoteQuoting.command(words)) == words)
      #expect(ShellWords.unquotedOperator(in: RemoteQuoting.command(words)) == nil)
      let line = random.text(of: pieces, upTo: 20)
      _ = ShellWords.unquotedOperator(in: line)
      do { _ = try ShellWords.split(line) } catch { #expect(error.hint != nil) }
    }
  }
}
