import Testing

@testable import TISBackupCore

struct INILineTests {
  @Test(
    arguments: [
      ("", .blank), ("  \t", .blank), ("\u{a0}", .blank),
      ("# type = null", .comment), (";", .comment), ("%include other", .comment),
      ("% a = b", .comment),
      ("[web]", .header("web")), ("[web]  ; ours", .header("web")), ("[web]#x", .header("web")),
      ("[ web ]", .header(" web ")), ("[a;b]", .header("a;b")), ("[é]\t", .header("é")),
      ("[web", .brokenHeader("web")), ("[ web ; ours", .brokenHeader("web")),
      ("[web] x", .brokenHeader("web")), ("[a]b]", .brokenHeader("a")), ("[]", .brokenHeader(nil)),
      ("[", .brokenHeader(nil)), ("[[web]] x", .brokenHeader(nil)), ("[a b", .brokenHeader(nil)),
      ("[a] = b", .brokenHeader("a")),
      ("  more", .continuation("more")), ("\t# c", .continuation("# c")),
      (" k = v ; c", .continuation("k = v ; c")),
      ("nothing", .noSeparator), ("= v", .noKey), (": v", .noKey),
      ("k = a\0b", .nul), ("\0", .nul), ("# a\0b", .comment),
      ("remark", .noSeparator),
    ] as [(String, INILine)])
  func `a line is known by its first letter`(_ text: String, _ line: INILine) {
    #expect(INILine(text) == line)
  }

  @Test(arguments: [
    ("k=v", "k", "v"), ("Key : v", "key", "v"), ("two words\t=\tv  ", "two words", "v"),
    ("k = a=b", "k", "a=b"), ("k: a=b", "k", "a=b"), ("k = http://x", "k", "http://x"),
    ("k =", "k", ""), ("k:", "k", ""), ("k = \u{a0}v", "k", "v"), ("É = v", "é", "v"),
    ("remote_dir = /", "remote_dir", "/"), ("k =\u{301}v", "k", "\u{301}v"),
  ])
  func `the first separator parts key and value`(_ text: String, key: String, value: String) {
    #expect(INILine(text) == .entry(key: key, value: value))
  }

  @Test(arguments: [
    ("v ; c", "v"), ("v\t;", "v"), ("v;c", "v;c"), ("a;b ;c", "a;b ;c"), (";c", ";c"),
    (" ;c", ";c"), ("; a ; b", "; a ; b"), ("v # c", "v # c"), ("#c", "#c"),
  ])
  func `a comment begins at the first semicolon alone, after white space`(
    _ written: String, _ value: String
  ) {
    #expect(INILine("k = \(written)") == .entry(key: "k", value: value))
  }
}
