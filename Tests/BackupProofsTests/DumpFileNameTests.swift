import BackupProofs
import TISBackupTestSupport
import Testing

struct DumpFileNameTests {
  @Test(arguments: [
    ("shop", "shop"), ("a b", "a b"), ("a/b", "a%2Fb"), ("..", "%2E."), (".", "%2E"),
    ("a.b", "a.b"), ("50%", "50%25"), ("%41", "%2541"), ("a\nb\u{7f}", "a%0Ab%7F"),
    ("globals", "%67lobals"), ("globals2", "globals2"), ("é🚀", "é🚀"), ("-x", "-x"),
    ("\r\n", "%0D%0A"),
  ])
  func `a database's name becomes a file name, as it stands wherever it can`(
    _ database: String, _ name: String
  ) {
    #expect(DumpFileName.escape(database, reserved: "globals") == name)
    #expect(DumpFileName.unescape(name) == database)
  }

  @Test(arguments: ["shop", "100%", "%zz", "%", "a%2", "é%", "%+1"])
  func `a name that TISBackup wrote comes back as it is`(_ name: String) {
    #expect(DumpFileName.unescape(name) == name)
  }

  @Test(arguments: 0..<300)
  func `every name comes back, and makes one file of an allowed name`(_ seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let pieces =
      (1...127).compactMap { UnicodeScalar($0) }.map(String.init) + ["é", "\u{301}", "漢"]
    let name = String(
      String.UnicodeScalarView(generator.text(of: pieces, upTo: 64).unicodeScalars.prefix(64)))
    let escaped = DumpFileName.escape(name, reserved: "globals")
    #expect(Array(DumpFileName.unescape(escaped).utf8) == Array(name.utf8))
    #expect(!escaped.contains("/") && !escaped.hasPrefix(".") && escaped != "globals")
    #expect(escaped.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f })
    #expect("\(escaped)-20261124-01h02m03.sql.gz".utf8.count <= 255)
  }

  @Test func `two databases never share a file`() {
    let pieces = ["a", "%", "2", "F", "/", ".", "5"]
    var seen: [String: String] = [:]
    for seed in 0..<3000 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let name = generator.text(of: pieces, upTo: 5)
      let escaped = DumpFileName.escape(name)
      #expect(seen[escaped, default: name] == name)
      seen[escaped] = name
    }
  }
}
