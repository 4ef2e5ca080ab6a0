import BackupProofs
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Dumps of the database of a Xen pool, good and bad.
struct PoolDatabaseTests {
  static let manifest = """
    <manifest><pair key="schema_major_vsn" value="5"/><pair key="schema_minor_vsn" value="786"/>\
    <pair key="generation_count" value="12345"/></manifest>
    """
  static let tables = """
    <table name="SM"/><table name="SR"><row ref="OpaqueRef:s1" name__label="Local%.storage"/>\
    <row ref="OpaqueRef:s2"/></table><table name="VDI"/><table name="VM">\
    <row ref="OpaqueRef:v1" name__label="it's &quot;1&quot; &lt;a&gt;" is_a_template="false" \
    other_config="(('mac_seed'%.'7')%.('a'%.'()'))"/>\
    <row ref="OpaqueRef:v2" is_a_template="true"/><row ref="OpaqueRef:v3" is_a_snapshot="true"/>\
    <row ref="OpaqueRef:v4" is_control_domain="true" other_config="()"/>\
    <row ref="OpaqueRef:v5" name__description="(no%.words)"/></table>\
    <table name="host"><row ref="OpaqueRef:h1"/></table><table name="pool"/>
    """
  /// A whole one, on one line but for its first, as XAPI writes it.
  static let whole =
    #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n<database>\(manifest)\(tables)</database>"

  @Test(arguments: [1, 7, 100, 1 << 20])
  func `a whole one tells what is in it, whatever the pieces it comes in`(size: Int) throws {
    let content = try Self.check(Self.whole, pieces: size)
    #expect(content.machines == 2 && content.hosts == 1 && content.storages == 2)
    #expect(!content.passedTerminal)
    #expect(content.summary == "2 machines, 1 host, 2 storages")
  }

  @Test(arguments: [
    "<database>\(manifest)\(tables)</database>", "<database>\(tables)\n\(manifest)\n</database>\n",
    "<database>\(manifest)\(tables)<table name=\"new\"><row x='1'/></table></database>",
    "<database><news><row/></news>\(manifest)\(tables)<table/></database>",
    "<database>\(manifest)\(tables)<table name=\"VM\"><news/></table></database>",
  ])
  func `what other releases add or leave out does no harm`(text: String) throws {
    #expect(try Self.check(text).summary == "2 machines, 1 host, 2 storages")
  }

  /// What is done to a whole one, and what is said of it.
  static let bad: [(String, String, String)] = [
    ("<database>", "", "is no database of a pool: it begins with <manifest>"),
    ("</database>", "", "is no XML: no element found, at 2:"),
    ("database>", "html>", "is no database of a pool: it begins with <html>"),
    ("schema_major_vsn", "x", "is no whole database of a pool: it lacks 'schema_major_vsn'"),
    ("generation_count", "x", "is no whole database of a pool: it lacks 'generation_count'"),
    (manifest, "", "lacks 'schema_major_vsn', 'schema_minor_vsn', 'generation_count'"),
    (#""VM""#, #""vm""#, "it lacks 'VM'"), (#""VDI""#, #""x""#, "it lacks 'VDI'"),
    (#""SR""#, #""x""#, "it lacks 'SR'"), (#""host""#, #""x""#, "it lacks 'host'"),
    (#""pool""#, #""x""#, "it lacks 'pool'"),
    (tables, "", "it lacks 'VM', 'VDI', 'SR', 'host', 'pool'"),
    (#"<row ref="OpaqueRef:h1"/>"#, "", "is no database of a pool: its table 'host' is empty"),
    ("<row ref=\"OpaqueRef:h1\"/>", "<row/>", "has a row without 'ref' in its table 'host'"),
    ("<row ref=\"OpaqueRef:h1\"/>", "<row ref=''/>", "has a row without 'ref' in its table 'host'"),
    (
      #"<table name="VDI"/>"#, "Broadcast\u{1b}[1m message\n <table name='VDI'/>",
      "is no XML: not well-formed (invalid token)"
    ),
    (
      #"<table name="VDI"/>"#, " Broadcast  message\n <table name='VDI'/>",
      "holds text that is no part of a database: 'Broadcast message'"
    ),
    ("<?xml", "Last login: Sat\n<?xml", "is no XML: syntax error, at 1:1"),
    ("</database>", "</database>HTTP/1.1 500 Internal Error", "is no XML: not well-formed"),
    ("'7'", "", "OK"), ("'", "", "has lost its apostrophes: XAPI restores no pool from it"),
  ]

  @Test(arguments: bad)
  func `what no pool can be restored from is refused`(old: String, new: String, reason: String)
    throws
  {
    let text = Self.whole.replacing(old, with: new)
    guard reason != "OK" else { return _ = try Self.check(text) }
    let error = #expect(throws: BackupError.self) { try Self.check(text) }
    #expect(error?.code == .unproven)
    #expect(error?.message.text.hasPrefix("'/db' ") == true)
    #expect(error?.message.text.contains(reason) == true, "\(error?.message.text ?? "")")
  }

  @Test func `that of a pool in the middle of an upgrade is refused for that`() throws {
    let empty = ["VM", "VDI", "SR", "host", "pool", "SM"].map { "<table name=\"\($0)\" />" }
    let error = #expect(throws: BackupError.self) {
      try Self.check("<database>\(Self.manifest)\(empty.joined())</database>")
    }
    #expect(
      error?.oneLine
        == "'/db' has empty tables only, as a pool sends in the middle of a rolling upgrade; "
        + "Back the pool up when all its hosts are upgraded.")
  }

  @Test func `one that is cut is refused, wherever it is cut`() throws {
    let bytes = Array(Self.whole.utf8)
    for count in bytes.indices {
      let error = #expect(throws: BackupError.self) {
        try Self.check(bytes: Array(bytes.prefix(count)))
      }
      #expect(error?.code == .unproven, "\(count)")
    }
  }

  @Test func `line ends of a terminal are told, and lose nothing`() throws {
    let content = try Self.check(Self.whole.replacing("\n", with: "\r\n"), pieces: 39)
    #expect(content.passedTerminal)
    #expect(
      content.summary
        == "2 machines, 1 host, 2 storages; its line ends are those of a terminal")
  }

  @Test(arguments: [
    (String(repeating: "<a>", count: 99), "nests deeper than 16 elements"),
    ("<row a='\(String(repeating: "x", count: 5 << 20))'/>", "something longer than"),
    (String(repeating: "x", count: 5 << 20), "longer than"),
    ("<!DOCTYPE a [<!ENTITY b 'bb'>]>", "is no XML"),
  ])
  func `what would fill memory is refused`(text: String, reason: String) throws {
    let error = #expect(throws: BackupError.self) {
      try Self.check("<database>\(Self.manifest)<table name=\"VM\">\(text)", pieces: 1 << 16)
    }
    #expect(error?.code == .unproven && error?.message.text.contains(reason) == true)
  }

  @Test func `a large field is none of that`() throws {
    let field = String(repeating: "x", count: 2 << 20)
    let text = Self.whole.replacing("(no%.words)", with: field)
    #expect(try Self.check(text, pieces: 1 << 16).machines == 2)
  }

  @Test(arguments: 0..<20)
  func `noise is refused, or is none`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let whole = Array(Self.whole.utf8)
    for _ in 0..<200 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.removeSubrange(place..<min(place + 9, bytes.count))
        default: bytes.insert(contentsOf: bytes[place..<min(place + 30, bytes.count)], at: place)
        }
      }
      do throws(BackupError) {
        let content = try Self.check(bytes: bytes, pieces: 50)
        #expect((0...9).contains(content.machines) && (1...3).contains(content.hosts))
      } catch {
        #expect(error.code == .unproven)
        #expect(error.message.text.utf8.count < 300)
      }
    }
  }

  static func check(_ text: String, pieces: Int = 1 << 20) throws(BackupError)
    -> PoolDatabase.Content
  {
    try check(bytes: Array(text.utf8), pieces: pieces)
  }

  static func check(bytes: [UInt8], pieces: Int = 1 << 20) throws(BackupError)
    -> PoolDatabase.Content
  {
    let database = try PoolDatabase(of: "'/db'")
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      let piece = Array(bytes[start..<min(start + pieces, bytes.count)])
      let result = piece.withUnsafeBytes { bytes in
        Result { () throws(BackupError) in try database.take(bytes) }
      }
      try result.get()
    }
    return try database.finish()
  }
}
