import BackupProofs
import TISBackupTestSupport
import Testing

/// What begins as a dump and what ends as one.
struct DumpFormatTests {
  private static let mysql = "-- MySQL dump 10.13  Distrib 8.0.36\nINSERT INTO t VALUES (1);\n"
  private static let plain = "--\n-- PostgreSQL database dump\n--\n\nSELECT 1;\n"
  private static let globals = "--\n-- PostgreSQL database cluster dump\n--\nCREATE ROLE a;\n"

  static let whole: [(String, DumpFormat)] = [
    (mysql + "-- Dump completed on 2026-11-27 13:09:52\n", .mysql),
    (mysql + "-- Dump completed\n", .mysql),
    ("-- MariaDB dump 10.19\n\n-- Dump completed on 2026-11-27\n", .mysql),
    (
      "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump\n-- Dump completed on 1\n", .mysql
    ),
    (
      "/*!999999\\- enable the sandbox mode */ \n-- MariaDB dump\n-- Dump completed on 1\n\n",
      .mysql
    ),
    (plain + "--\n-- PostgreSQL database dump complete\n--\n\n", .postgresql),
    (
      plain + "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict ssKCPjXL0ey\n\n",
      .postgresql
    ),
    (globals + "--\n-- PostgreSQL database cluster dump complete\n--\n\n", .postgresqlGlobals),
    ("PGDMP\u{1}\u{e}", .postgresqlCustom), ("TDB file\n\0\0", .tdb), ("TAPE\0\0", .sqlserver),
    ("MSSQLBAK\u{2}", .sqlserver),
  ]

  @Test(arguments: whole)
  func `a whole dump is one of its format`(_ text: String, _ format: DumpFormat) {
    let edges = Self.edges(text)
    #expect(DumpFormat(of: edges) == format)
    #expect(format.flaw(of: edges) == nil)
    for other in DumpFormat.allCases where other != format {
      #expect(other.flaw(of: edges) != nil, "\(other)")
    }
  }

  static let flawed: [(DumpFormat, String, String)] = [
    (.mysql, "", "is empty"),
    (.mysql, mysql, "lacks its end marker '-- Dump completed': it is not complete"),
    // A row that holds the words is no end, nor is a marker with more of the dump after it.
    (.mysql, mysql + "INSERT INTO t VALUES ('x\n-- Dump completed');\n", "lacks its end marker"),
    (.mysql, mysql + "-- Dump completed on 1\nINSERT INTO t VALUES (2);\n", "lacks its end marker"),
    (
      .mysql, "Welcome to db1!\n" + mysql + "-- Dump completed on 1\n",
      "does not begin as a dump does, but with 'Welcome to db1!'"
    ),
    (.postgresql, plain, "lacks its end marker '-- PostgreSQL database dump complete'"),
    (.postgresql, plain + "-- PostgreSQL database dump comp", "lacks its end marker"),
    (.postgresqlGlobals, globals, "lacks its end marker"),
    (
      .postgresqlCustom, "pg_dump: error",
      "does not begin as a dump does, but with 'pg_dump: error'"
    ),
  ]

  @Test(arguments: flawed)
  func `what is missing is named`(_ format: DumpFormat, _ text: String, _ reason: String) {
    #expect(format.flaw(of: Self.edges(text))?.hasPrefix(reason) == true)
  }

  static let magic: [UInt8] = [0xde, 0xc0, 0xef, 0xbe]

  /// Pages begin with 16 bytes, or 12 where a pointer has four, in either order of bytes.
  @Test(arguments: [(12, false), (16, false), (12, true), (16, true)])
  func `an LMDB is known whatever machine it is of`(_ offset: Int, _ isBigEndian: Bool) {
    let head = [UInt8](repeating: 0, count: offset)
    let word = isBigEndian ? Self.magic.reversed() : Self.magic
    #expect(DumpFormat(of: Self.edges(head + word + [1])) == .lmdb)
    #expect(DumpFormat.lmdb.flaw(of: Self.edges(head + word)) == nil)
    for other in [[], head, head + word.dropLast(), head + [0] + word] {
      #expect(DumpFormat(of: Self.edges(other)) == nil, "\(other)")
    }
  }

  @Test(arguments: [[1], [511, 1, 1], [4095, 4097], [100_000], [4096, 1], [5, 5000, 5]])
  func `edges are the same, in whatever pieces a stream comes`(_ pieces: [Int]) {
    let stream = GzipTests.stream(pieces.reduce(0, +))
    var edges = StreamEdges()
    var rest = stream[...]
    for piece in pieces {
      Array(rest.prefix(piece)).withUnsafeBytes { edges.take($0) }
      rest = rest.dropFirst(piece)
    }
    #expect(edges.count == Int64(stream.count))
    #expect(edges.head == Array(stream.prefix(512)))
    #expect(edges.tail == Array(stream.suffix(4096)))
  }

  private static func edges(_ text: String) -> StreamEdges { edges(Array(text.utf8)) }

  private static func edges(_ bytes: [UInt8]) -> StreamEdges {
    var edges = StreamEdges()
    bytes.withUnsafeBytes { edges.take($0) }
    return edges
  }
}
