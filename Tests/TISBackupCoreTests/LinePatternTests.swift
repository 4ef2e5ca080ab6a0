import TISBackupCore
import Testing

/// Patterns for what devices say.
struct LinePatternTests {
  @Test(arguments: [
    ("*password:", "Password: ", true), ("*password:", "Enter password", false),
    ("% *invalid*", "% Login INVALID", true), ("end", " end\r", true), ("end", "endless", false),
    ("Save \\[y/n\\]*", "save [y/n]? ", true), ("Save [y/n]*", "Save [y/n]", false),
    ("*[!# ]#", "# comment #", false), ("*[!# ]#", "sw1#", true), ("", "", true), ("*", "", true),
    ("*a*", "1\n2a\n3", true),
  ])
  func `a line is compared in any case, without the blanks at its edges`(
    _ pattern: String, _ line: String, _ matches: Bool
  ) {
    #expect(LinePattern(pattern).matches(line) == matches)
  }

  @Test(arguments: [
    ("password *", " password 7 0822455D", " password ***"),
    ("username * secret *", "username a secret b secret c", "username a secret ***"),
    ("snmp-server community * ro", "snmp-server community x RO", "snmp-server community ***"),
    ("key", "key", "***"), ("enable *", "no match", nil),
    ("enable password *", "Enable PASSWORD x", "Enable PASSWORD ***"),
  ])
  func `what the last star stands for is hidden, from the first place it may begin`(
    _ pattern: String, _ line: String, _ masked: String?
  ) {
    #expect(LinePattern(pattern).masking(line) == masked)
  }

  @Test func `a hostile line takes no time`() {
    let line = String(repeating: "a", count: 1_000_000)
    #expect(!LinePattern("*a*a*a*b").matches(line))
    #expect(LinePattern("*a*").matches(line))
  }
}
