/// What a program that dumps databases writes: how it begins, and how it ends when it is complete.
///
/// Beginnings and markers were seen with MariaDB 10.11 and PostgreSQL 15; those of MySQL are in its
/// `client/mysqldump.cc`. Copies of databases as they are on disk have no end marker: that they are
/// whole is the word of the program that made them.
package enum DumpFormat: Sendable, CaseIterable {
  /// `mysqldump` and `mariadb-dump`.
  case mysql
  /// `pg_dump` as SQL.
  case postgresql
  /// `pg_dumpall --globals-only`.
  case postgresqlGlobals
  /// `pg_dump --format=custom`: it has no marker, `pg_restore` must read it to its end.
  case postgresqlCustom
  /// A TDB of Samba, as `tdbbackup` copies it.
  case tdb
  /// An LMDB of Samba, as `mdb_copy` copies it.
  case lmdb
  /// `BACKUP DATABASE` of Microsoft SQL Server.
  case sqlserver

  /// The format of a stream, told from its first bytes; nil when it is none of these.
  package init?(of edges: StreamEdges) {
    let format = Self.allCases.first { $0.begins(edges.head) }
    guard let format else { return nil }
    self = format
  }

  /// Why a stream of this format is no complete dump, as the end of a sentence; nil when it is one.
  package func flaw(of edges: StreamEdges) -> String? {
    guard edges.count > 0 else { return "is empty" }
    guard Self(of: edges) == self else {
      return "does not begin as a dump does, but with '\(Self.shown(edges.head))'"
    }
    return isEnded(edges) ? nil : "lacks its end marker '\(marker)': it is not complete"
  }

  /// How the name of its file ends.
  package var suffix: String {
    switch self {
    case .mysql, .postgresql, .postgresqlGlobals: ".sql.gz"
    case .postgresqlCustom: ".dump"
    case .tdb, .lmdb: ".tisbackup.gz"
    case .sqlserver: ".bak.gz"
    }
  }

  private func begins(_ head: [UInt8]) -> Bool {
    guard self == .lmdb else {
      return beginnings.contains { head.starts(with: $0.utf8) }
    }
    // `MDB_MAGIC` of lmdb's `mdb.c`, behind the header of the first page, whose size and whose order
    // of bytes are those of the machine.
    let magic: [UInt8] = [0xde, 0xc0, 0xef, 0xbe]
    return [12, 16].contains { offset in
      let word = head.dropFirst(offset).prefix(magic.count)
      return word.elementsEqual(magic) || word.elementsEqual(magic.reversed())
    }
  }

  private var beginnings: [String] {
    switch self {
    case .mysql:
      // The sandbox line came with MariaDB 10.5.25, first without, then with the M.
      [
        "-- MySQL dump", "-- MariaDB dump", "/*!999999\\- enable the sandbox mode",
        "/*M!999999\\- enable the sandbox mode",
      ]
    case .postgresql: ["--\n-- PostgreSQL database dump\n"]
    case .postgresqlGlobals: ["--\n-- PostgreSQL database cluster dump\n"]
    case .postgresqlCustom: ["PGDMP"]
    case .tdb: ["TDB file\n"]
    case .lmdb: []
    // Microsoft Tape Format, and what WITH COMPRESSION writes.
    case .sqlserver: ["TAPE", "MSSQLBAK"]
    }
  }

  private var marker: String {
    switch self {
    case .mysql: "-- Dump completed"
    case .postgresql: "-- PostgreSQL database dump complete"
    case .postgresqlGlobals: "-- PostgreSQL database cluster dump complete"
    case .postgresqlCustom, .tdb, .lmdb, .sqlserver: ""
    }
  }

  /// The marker stands on a line of its own among the last; only comments and the token of
  /// PostgreSQL's `\unrestrict` may follow, so a row that holds the same words does not pass.
  private func isEnded(_ edges: StreamEdges) -> Bool {
    guard !marker.isEmpty else { return true }
    for line in edges.tail.split(separator: UInt8(ascii: "\n")).reversed() {
      if line.elementsEqual(marker.utf8) || line.starts(with: "\(marker) on ".utf8) { return true }
      guard line.starts(with: "--".utf8) || line.starts(with: "\\unrestrict ".utf8) else {
        return false
      }
    }
    return false
  }

  private static func shown(_ head: [UInt8]) -> String {
    let line = head.prefix(60).prefix { $0 != UInt8(ascii: "\n") }
    return String(decoding: line, as: UTF8.self)
  }
}
