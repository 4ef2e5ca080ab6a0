import Testing

@testable import BackupProofs

/// What the texts of dumps promise, however they are cut into pieces.
@Suite struct RestoreTextTests {
  private static let mariaDB: [(String, Int64)] = [
    ("CREATE TABLE `a` (\n  `b` int\n);\nCREATE TABLE `c` (\n", 2),
    ("DELIMITER ;;\nCREATE TABLE x (\n;;\nDELIMITER ;\nCREATE TABLE `c` (\n", 1),
    ("/*!50001 CREATE TABLE `v` (\n-- CREATE TABLE x\n CREATE TABLE x\n(1,'CREATE TABLE')\n", 0),
    ("INSERT INTO `a` VALUES ('\(String(repeating: "x", count: 5000))');\nCREATE TABLE `c` (\n", 1),
  ]

  @Test(arguments: mariaDB, [1, 7, 1 << 20])
  func `tables of mysqldump are counted outside of bodies`(
    _ sample: (String, Int64), _ size: Int
  ) {
    var text = MariaDBDumpText()
    #expect(pass(sample.0, to: &text, size) == sample.0)
    #expect(text.tables == sample.1)
  }

  private static let postgreSQL: [(String, Int64)] = [
    ("CREATE TABLE a (b int);\n\nCREATE UNLOGGED TABLE c (\n d int\n);\n", 2),
    ("CREATE FOREIGN TABLE a (b int);\nCREATE TEMPORARY VIEW x;\n", 0),
    ("COPY a (b) FROM stdin;\nCREATE TABLE x (a int);\n'\n$$\n\\N\n\\.\n\nCREATE TABLE a ();\n", 1),
    ("COPY a TO stdout;\nCREATE TABLE a ();\n", 1),
    ("COMMENT ON x IS 'a\nCREATE TABLE x ();\n''it''s;\nCREATE TABLE x ();';\n", 0),
    ("SELECT E'\\'\nCREATE TABLE x ();\\\\\\';\nCREATE TABLE x ();';CREATE TABLE a ();\n", 1),
    ("SELECT E'a''\\';\nCREATE TABLE x ();\n';CREATE TABLE a ();\n", 1),
    ("SELECT name'\\';\nCREATE TABLE a ();\n", 1),
    ("SELECT $1, a$b$, $x$ $$;\nCREATE TABLE x (); $y$ $x$;\nCREATE TABLE a ();\n", 1),
    ("SELECT $_$;CREATE TABLE x ();$_$, $$;CREATE TABLE x ();$$;\n", 0),
    ("-- it's; CREATE TABLE x ();\n/* /* it's */ ;CREATE TABLE x (); */ CREATE TABLE a ();\n", 1),
    ("SELECT 1 AS \";\nCREATE TABLE x ();\n'\";\nCREATE TABLE \"a';\" ();\n", 1),
  ]

  @Test(arguments: postgreSQL, [1, 7, 1 << 20])
  func `tables of pg_dump are counted as psql would read them`(
    _ sample: (String, Int64), _ size: Int
  ) {
    var text = PostgreSQLDumpText()
    #expect(pass(sample.0, to: &text, size) == sample.0)
    #expect(text.tables == sample.1)
  }

  @Test(arguments: [1, 7, 1 << 20])
  func `psql's commands of pg_dump are taken out, others end the reading`(_ size: Int) {
    let dump = """
      -- Dumped from database version 15.18 (Debian)
      \\restrict abc
      SET client_encoding = 'LATIN1';
      COPY a FROM stdin;
      \\N
      \\.
      SELECT '
      \\! a';
      \\unrestrict abc
      -- PostgreSQL database dump complete

      """
    var text = PostgreSQLDumpText()
    let kept = dump.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.contains("restrict") }.joined(separator: "\n")
    #expect(pass(dump, to: &text, size) == kept)
    #expect(text.isComplete)
    #expect(text.encoding == "LATIN1")
    #expect(text.version == "15.18 (Debian)")
    #expect(pass("SELECT 1;\n\\! x\nSELECT 2;\n", to: &text, size) == "SELECT 1;\n")
    #expect(text.strangeCommand == "\\! x")
  }

  @Test func `definers of mysqldump are known by all the lines that name them`() {
    var text = MariaDBDumpText()
    _ = pass(
      """
      CREATE DEFINER=`a`@`localhost` PROCEDURE x()
      /*!50013 DEFINER=`b c`@`%` SQL SECURITY DEFINER */
      /*!50003 CREATE*/ /*!50017 DEFINER=`d`@`::1`*/ /*!50003 TRIGGER
      (1,'/*!50013 DEFINER=`no`@`%`')

      """, to: &text, 10)
    #expect(
      text.definers == [
        .init(user: "a", host: "localhost"), .init(user: "b c", host: "%"),
        .init(user: "d", host: "::1"),
      ])
  }

  @Test(arguments: [
    ("psql (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 150_000, true),
    ("15.13", 150_000, false), ("9.6.24", 90_600, false), ("18.0", 180_000, true),
    ("19beta1", 190_000, true), ("12.22", 120_000, false),
  ])
  func `a release of PostgreSQL is known by its number`(
    _ text: String, _ major: Int, _ knowsRestrict: Bool
  ) throws {
    let version = try #require(PostgreSQLVersion(text))
    #expect(version.major == major)
    #expect(version.knowsRestrict == knowsRestrict)
  }

  @Test func `tables of an archive are told from their rows`() {
    let list = """
      ;     TABLE of contents
      214; 1259 16385 TABLE public t postgres
      215; 1259 16389 TABLE a b al
      3343; 0 16385 TABLE DATA public t postgres
      3344; 0 0 TABLE ATTACH public t postgres
      3345; 0 0 COMMENT public TABLE t postgres
      """
    #expect(ScratchPostgreSQL.tables(in: list) == 2)
  }

  private func pass(_ dump: String, to text: inout some DumpText, _ size: Int) -> String {
    var written: [UInt8] = []
    let bytes = Array(dump.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      let isWanted = bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { piece in
        text.pass(piece) {
          written += $0
          return true
        }
      }
      if !isWanted { break }
    }
    return String(decoding: written, as: UTF8.self)
  }
}
