import TISBackupTestSupport
import Testing

@testable import TISBackupCore

struct RemoteQuotingTests {
  @Test(arguments: [
    ("rsync", "rsync"), ("/var/lib/x-1_2.gz", "/var/lib/x-1_2.gz"),
    ("root@host:22,a+b", "root@host:22,a+b"),
    ("--rsh=x", "--rsh=x"), ("-o", "-o"), ("A=b", "'A=b'"), ("", "''"), ("a b", "'a b'"),
    ("it's", #"'it'\''s'"#), ("'", #"''\'''"#), ("$HOME", "'$HOME'"), ("~", "'~'"), ("*", "'*'"),
    ("a\nb", "'a\nb'"), ("é", "'é'"), ("#x", "'#x'"), ("a\0b", "ab"), ("\0", "''"),
    ("'\u{301}", "''\\''\u{301}'"), ("\r\n", "'\r\n'"), (#"\"#, #"'\'"#), ("!!", "'!!'"),
  ])
  func `a word is left bare or put between quotes`(_ word: String, _ quoted: String) {
    #expect(RemoteQuoting.quote(word) == quoted)
  }

  @Test func `a command is its words`() {
    #expect(RemoteQuoting.command(["tar", "-C", "/a b", "."]) == "tar -C '/a b' .")
    #expect(RemoteQuoting.command([]) == "")
  }

  @Test func `a shell reads every character but NUL as it was, alone and among others`()
    async throws
  {
    let alone = (1...0x17f).compactMap(Unicode.Scalar.init).map { String($0) }
    let words =
      alone + alone.map { "a\($0)" } + alone.map { "\($0)'\($0) b" } + alone.map { "-x=\($0)" }
      + ["", " ", "''", "a'b\"c`d$(e)${f}\\\\g\n", "\u{10ffff}"]
    #expect(try await shell(RemoteQuoting.command(["printf", #"%s\0"#] + words)) == words)
  }

  @Test func `a shell reads any mixture of its own signs as it was`() async throws {
    var random = SeededGenerator(seed: 6)
    let signs = (1...0x7f).compactMap(Unicode.Scalar.init).map { String($0) } + ["'", "'", "é"]
    let words = (0..<2000).map { _ in random.text(of: signs, upTo: 12) }
    #expect(try await shell(RemoteQuoting.command(["printf", #"%s\0"#] + words)) == words)
  }

  /// What a real shell makes of `line`, whose output is texts that each end in NUL.
  private func shell(_ line: String) async throws -> [String] {
    let result = try await program(["sh", "-c", line])
    try #require(result.status == 0)
    return result.stdout.split(separator: "\0", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
  }
}
