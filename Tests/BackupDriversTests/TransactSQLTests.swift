import TISBackupCore
import Testing

@testable import BackupDrivers

/// Statements for SQL Server, and what it answers.
struct TransactSQLTests {
  static let names: [(name: String, quoted: String, text: String)] = [
    ("shop", "[shop]", "N'shop'"), ("it's", "[it's]", "N'it''s'"), ("a]b", "[a]]b]", "N'a]b'"),
    ("[dbo]", "[[dbo]]]", "N'[dbo]'"), ("a b\"c", "[a b\"c]", "N'a b\"c'"),
    ("ünï-数", "[ünï-数]", "N'ünï-数'"), ("']; --", "[']]; --]", "N''']; --'"),
    ("$(x)%s\\", "[$(x)%s\\]", "N'$(x)%s\\'"), ("", "[]", "N''"),
  ]

  @Test(arguments: names)
  func `a name or a text is what stands between its quotes`(
    _ sample: (name: String, quoted: String, text: String)
  ) {
    #expect(TransactSQL.name(sample.name) == sample.quoted)
    #expect(TransactSQL.text(sample.name) == sample.text)
  }

  @Test func `the statements are those of TISBackup, and prove what was written`() {
    #expect(
      TransactSQL.backup("o]'x", to: "c:/a'b.bak", before2005: false)
        == "BACKUP DATABASE [o]]'x] TO DISK = N'c:/a''b.bak' WITH INIT, NOUNLOAD, "
        + "NAME = N'Backup o]''x', NOSKIP, STATS = 10, NOFORMAT, CHECKSUM")
    #expect(
      TransactSQL.backup("shop", to: "c:/a.bak", before2005: true)
        == "BACKUP DATABASE [shop] TO DISK = N'c:/a.bak' WITH FORMAT")
    #expect(
      TransactSQL.verification(of: "c:/a'b.bak")
        == "RESTORE VERIFYONLY FROM DISK = N'c:/a''b.bak' WITH CHECKSUM")
  }

  static let answers: [(answer: String, problem: String?)] = [
    ("tisbackup 16.0.1000.6 1 1\r\n", nil),
    ("Welcome!\n\ntisbackup 8.00.194 1 1 (1 rows affected)", nil),
    ("tisbackup 16.0.1000.6 0 0", "there is no database 'shop' on the server"),
    ("tisbackup 16.0.1000.6 1 0", "'shop' may not be backed up by this login"),
    ("Msg 102", "does not tell its version, but 'Msg 102'"), ("", "does not tell its version"),
    ("tisbackup 16", "does not tell its version"),
  ]

  @Test(arguments: answers)
  func `a server's answer is read`(_ sample: (answer: String, problem: String?)) throws {
    guard let problem = sample.problem else {
      let survey = try SQLServerSurvey(answer: sample.answer, database: "shop", section: "web1")
      #expect(survey.version.hasSuffix("4") || survey.version.hasSuffix("6"))
      return
    }
    let error = #expect(throws: BackupError.self) {
      try SQLServerSurvey(answer: sample.answer, database: "shop", section: "web1")
    }
    #expect(error?.message.text.contains(problem) == true, "\(String(describing: error))")
    #expect(error?.hint != nil)
  }
}
