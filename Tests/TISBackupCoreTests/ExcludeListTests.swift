import TISBackupTestSupport
import Testing

@testable import TISBackupCore

struct ExcludeListTests {
  @Test(arguments: [
    ("", []), ("  \n", []), (#""a""#, ["a"]), (#""a","b*",'c'"#, ["a", "b*", "c"]),
    (#"'a', "b" ,"#, ["a", "b"]), ("\"/proc/**\",\n\"/sys/**\"", ["/proc/**", "/sys/**"]),
    (#""","b""#, ["", "b"]), (#""a b","it's",'say "x"'"#, ["a b", "it's", #"say "x""#]),
    (#""\\a\"b\'c\*\n""#, [#"\a"b'c\*\n"#]), (#"r"\\a\"b",R'\n'"#, [#"\\a\"b"#, #"\n"#]),
    (#""a","--exclude=b""#, ["a", "--exclude=b"]), (#""é","\#u{301}""#, ["é", "\u{301}"]),
  ])
  func `quoted patterns are read as TISBackup reads them`(_ text: String, _ patterns: [String])
    throws
  {
    #expect(try ExcludeList.parse(text) == patterns)
  }

  @Test(arguments: [
    ("--exclude=x --exclude y", ["x", "y"]), (#"--exclude="z w" --exclude="*.x""#, ["z w", "*.x"]),
    (#"--exclude "z w" --exclude '/a'"#, ["z w", "/a"]), ("--exclude=x y", ["x", "y"]),
    ("--exclude=/proc\n--exclude=/sys", ["/proc", "/sys"]), ("--exclude=l'eau", ["l'eau"]),
    (#"--exclude=a\ b"#, [#"a\"#, "b"]), ("--exclude= --exclude=x --exclude", ["x"]),
    ("--exclude='a'", ["a"]), ("/a --exclude=b", ["/a", "b"]),
  ])
  func `the older form with options is read too`(_ text: String, _ patterns: [String]) throws {
    #expect(try ExcludeList.parse(text) == patterns)
  }

  @Test(arguments: [
    ("*.tmp", "a pattern in quotes should begin at character 1"),
    (#""a",*.tmp"#, "a pattern in quotes should begin at character 5"),
    (#""a",,"b""#, "a pattern in quotes should begin at character 5"),
    (",", "a pattern in quotes should begin at character 1"),
    ("r", "a pattern in quotes should begin at character 1"),
    (#"["a"]"#, "a pattern in quotes should begin at character 1"),
    (#""a" "b""#, "a comma should stand at character 5"),
    (#""a"b"#, "a comma should stand at character 4"),
    (#""a","b"#, "the quote at character 5 is not closed"),
    (#"r"a\""#, "the quote at character 2 is not closed"),
    (#""a\"#, "the quote at character 1 is not closed"),
    (#"--exclude="a b"#, "the quote \" at character 11 is not closed"),
  ])
  func `what is neither says where, and shows how`(_ text: String, _ message: String) {
    let error = #expect(throws: BackupError.self) { try ExcludeList.parse(text) }
    #expect(error?.message.text == message)
    #expect(error?.hint?.text.hasPrefix("Write ") == true)
  }

  @Test func `what was written comes back, and nothing traps`() throws {
    var random = SeededGenerator(seed: 7)
    let pieces = ["a", "*", " ", "\\", "\"", "'", ",", "é", "\n", "r", "--exclude", "="]
    for _ in 0..<5000 {
      let patterns = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        random.text(of: pieces, upTo: 6)
      }
      #expect(try ExcludeList.parse(patterns.map(Self.quoted).joined(separator: " , ")) == patterns)
      do {
        _ = try ExcludeList.parse(random.text(of: pieces, upTo: 20))
      } catch {
        #expect(error.hint != nil)
      }
    }
  }

  private static func quoted(_ pattern: String) -> String {
    "\"" + pattern.flatMap { $0 == "\\" || $0 == "\"" ? ["\\", $0] : [$0] } + "\""
  }
}
