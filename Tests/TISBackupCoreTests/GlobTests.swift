import Testing

@testable import TISBackupCore

struct GlobTests {
  @Test(arguments: [
    ("web", ["web"], ["Web", "web1", "aweb", ""]),
    ("web*", ["web", "web1", "web.de/x"], ["aweb"]),
    ("*", ["", ".hidden", "a/b"], []),
    ("w?b", ["web", "w/b"], ["wb", "weeb"]),
    ("[ab]1", ["a1", "b1"], ["c1", "[ab]1"]),
    ("[!ab]*", ["c", "x1"], ["a", "b1", ""]),
    ("[a-c]", ["a", "c"], ["d", "-"]),
    (#"a\*"#, ["a*"], ["ab", #"a\*"#]),
    ("[a", ["[a"], ["a"]),
  ])
  func `patterns are those of the shell`(_ pattern: String, yes: [String], no: [String]) {
    let glob = Glob(pattern)
    for name in yes { #expect(glob.matches(name), "\(pattern) should match '\(name)'") }
    for name in no { #expect(!glob.matches(name), "\(pattern) should not match '\(name)'") }
  }

  @Test(arguments: [
    ("web-1.x", true), ("", true), ("w*", false), ("w?", false), ("[w]", false),
    (#"w\*"#, false),
  ])
  func `a name without signs is literal`(_ pattern: String, _ isLiteral: Bool) {
    #expect(Glob(pattern).isLiteral == isLiteral)
  }
}
