import BackupProofs
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupDrivers

/// What a domain controller tells of its databases.
struct SambaSurveyTests {
  private static let tdb = "5444422066696c650a00000000000000"
  private static let lmdb = String(repeating: "0", count: 32) + "dec0efbe01000000"

  private func survey(_ words: [String], greeting: String = "") throws(BackupError) -> SambaSurvey {
    let answer = "\(greeting)/usr/bin/tdbbackup\nLMDB 0.9.24: (July 24, 2019)\n"
    return try SambaSurvey(
      answer: answer + "databases\0" + words.map { "\($0)\0" }.joined(), folder: "/srv",
      section: "web1")
  }

  @Test func `databases, their kinds and the names of their copies`() throws {
    let found = try survey(
      [
        Self.lmdb, "private/sam.ldb.d/DC=A,DC=B.ldb", Self.tdb, "private/sam.ldb.d/metadata.tdb",
        Self.tdb, "private/sam.ldb", "", "private/new\nline '.tdb", "zz", "private/metadata.tdb",
      ], greeting: "Welcome to dc1!\n")
    #expect(found.programs == ["/usr/bin/tdbbackup", "LMDB 0.9.24: (July 24, 2019)"])
    #expect(found.databases.map(\.format) == [.lmdb, .tdb, .tdb, .tdb, .tdb])
    #expect(
      found.databases.map(\.fileName) == [
        "DC=A,DC=B.ldb.tisbackup.gz", "metadata.tdb.tisbackup.gz", "sam.ldb.tisbackup.gz",
        "new\nline '.tdb.tisbackup.gz", "private%2Fmetadata.tdb.tisbackup.gz",
      ])
    #expect(found.lacking == [])
  }

  @Test func `a name that is not UTF-8 is told, and the others are copied`() throws {
    let found = try survey([Self.tdb, "private/caf\u{fffd}.ldb", Self.tdb, "private/sam.ldb"])
    #expect(found.databases.map(\.path) == ["private/sam.ldb"])
    #expect(
      found.lacking == ["'private/caf\u{fffd}.ldb': its name is not UTF-8, so it is left out"])
  }

  @Test func `no database, and no answer, are no backup`() {
    let none = #expect(throws: BackupError.self) { try survey([]) }
    #expect(none?.message.text == "section [web1]: there is no database of Samba in '/srv'")
    #expect(none?.hint?.text.contains("root_dir_samba") == true)
    for answer in ["", "Welcome!\n", "databases\n"] {
      let silent = #expect(throws: BackupError.self) {
        try SambaSurvey(answer: answer, folder: "/srv", section: "web1")
      }
      #expect(silent?.message.text.contains("does not tell its databases") == true)
    }
  }
}
