import BackupProofs
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Documents of strangers, in pieces of any size.
struct XMLReaderTests {
  private static let document = """
    <?xml version="1.0"?>
    <!-- a comment -->
    <pool name="a &amp; b" id='1'>x<row/>&lt;y&#x20AC;<![CDATA[<z>]]>
    </pool>

    """

  @Test(arguments: [1, 2, 7, 64, 1 << 20])
  func `tells what is in a document, whatever the pieces it comes in`(_ size: Int) throws {
    #expect(
      try Self.read(Self.document, pieces: size) == [
        .start(name: "pool", attributes: ["name": "a & b", "id": "1"]), .text("x"),
        .start(name: "row", attributes: [:]), .end(name: "row"), .text("<y€<z>\n"),
        .end(name: "pool"),
      ])
  }

  @Test func `takes the encodings that a document may declare`() throws {
    let latin = Array("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>".utf8) + [0xe9]
    #expect(try Self.read(latin + Array("</a>".utf8), pieces: 9)[1] == .text("é"))
    let wide = Array("\u{feff}<a>é</a>".utf16).flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    #expect(try Self.read(wide, pieces: 3)[1] == .text("é"))
  }

  /// A document, and what is said of it.
  static let flawed: [(String, String)] = [
    ("", "is no XML: no element found, at 1:1"),
    ("hello", "is no XML: syntax error, at 1:1"),
    ("<a>\n <b></a>", "is no XML: mismatched tag, at 2:7"),
    ("<a>\n", "is no XML: no element found, at 2:1"),
    ("<a><b", "is no XML: unclosed token, at 1:4"),
    ("<a/><a/>", "is no XML: junk after document element, at 1:5"),
    ("<a x='1' x='2'/>", "is no XML: duplicate attribute, at 1:10"),
    ("<a>&b;</a>", "is no XML: undefined entity, at 1:4"),
    ("<a>\u{1}</a>", "is no XML: not well-formed (invalid token), at 1:4"),
    ("<?xml version='1.0' encoding='EBCDIC'?><a/>", "is no XML: unknown encoding, at 1:31"),
    ("<!DOCTYPE a><a/>", "declares a document type, and maybe entities, at 1:12"),
    (
      "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
      "declares a document type, and maybe entities, at 1:40"
    ),
    (
      """
      <!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">
      <!ENTITY % d SYSTEM "http://192.0.2.1/">%d;]><a>&c;</a>
      """, "declares a document type, and maybe entities, at 1:13"
    ),
  ]

  @Test(arguments: flawed, [1, 1 << 20])
  func `what is no document is refused, with line and column`(
    _ sample: (text: String, reason: String), _ size: Int
  ) throws {
    let error = #expect(throws: BackupError.self) { try Self.read(sample.text, pieces: size) }
    #expect(error?.code == .unproven)
    #expect(error?.message.text == "'/x' \(sample.reason)")
  }

  @Test(arguments: [(64, true), (65, false), (100_000, false)])
  func `nothing nests without end`(_ depth: Int, _ isTaken: Bool) throws {
    let text =
      String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    if isTaken {
      #expect(try Self.read(text, pieces: 50).count == 2 * depth)
    } else {
      let error = #expect(throws: BackupError.self) { try Self.read(text, pieces: 50) }
      #expect(error?.message.text == "'/x' nests deeper than 64 elements, at 1:193")
    }
  }

  /// What never ends: a text, an attribute, a tag, a comment, an instruction, spaces before it all.
  static let endless: [(String, String)] = [
    ("<a>", "x"), ("<a>", "&amp;"), ("<a>", "\n"), ("<a b='", "x"), ("<a ", "b='' "), ("<", "a"),
    ("<!--", "x"), ("<a>", "]]&gt;"), ("<?a ", "x"), ("<a><![CDATA[", "x"),
  ]

  @Test(arguments: endless, [1 << 10, 1 << 20])
  func `a token that does not end is given up before it fills the memory`(
    _ sample: (begin: String, more: String), _ size: Int
  ) throws {
    let limit = 200_000
    let reader = try XMLReader(of: "'/x'", limits: .init(token: limit)) { _ in }
    let piece = Array(String(repeating: sample.more, count: size / sample.more.utf8.count).utf8)
    var taken = 0
    let error = #expect(throws: BackupError.self) {
      try Array(sample.begin.utf8).withUnsafeBytes { try reader.take($0) }
      while taken < 20 * limit {
        try piece.withUnsafeBytes { try reader.take($0) }
        taken += piece.count
      }
    }
    #expect(error?.message.text.contains("longer than 195 KiB") == true)
    #expect(taken < 12 * limit)
  }

  @Test func `whoever hears of it may have no more of it, and is heard again`() throws {
    struct Heard { var events = 0 }
    var heard = Heard()
    let enough = BackupError(.interrupted, "enough")
    let reader = try XMLReader(of: "'/x'") { (_) throws(BackupError) in
      heard.events += 1
      if heard.events == 2 { throw enough }
    }
    for _ in 0..<2 {
      let error = #expect(throws: BackupError.self) {
        try Array("<a><b/><c/></a>".utf8).withUnsafeBytes { try reader.take($0) }
        try reader.finish()
      }
      #expect(error == enough)
    }
    #expect(heard.events == 2)
  }

  private static func read(_ text: String, pieces: Int) throws -> [XMLReader.Event] {
    try read(Array(text.utf8), pieces: pieces)
  }

  private static func read(_ bytes: [UInt8], pieces: Int) throws -> [XMLReader.Event] {
    var events: [XMLReader.Event] = []
    let reader = try XMLReader(of: "'/x'") { events.append($0) }
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      try bytes[start..<min(bytes.count, start + pieces)].withUnsafeBytes { try reader.take($0) }
    }
    try reader.finish()
    return events
  }
}
