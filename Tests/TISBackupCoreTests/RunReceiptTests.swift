import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite(.scratch) struct RunReceiptTests {
  private var location: String { ScratchDirectory.path + "/20261123-19h10m54" }

  private func receipt(_ outcome: Outcome) -> RunReceipt {
    let section = Section(
      name: "web",
      values: [
        "type": Section.Value("rsync+ssh", line: 2), "server_name": Section.Value("srv", line: 3),
      ])
    return RunReceipt(
      section: section, start: Instant(seconds: 1_795_457_454, microseconds: 5),
      end: Instant(seconds: 1_795_457_514), outcome: outcome, zone: .paris)
  }

  @Test(arguments: [RunStatus.ok, .warning, .error])
  func `what a run proved is read back as it was`(_ status: RunStatus) throws {
    var outcome = Outcome(status, log: "it's \"well\"\n\u{1b}[31m é \0")
    (outcome.files, outcome.writtenFiles) = (0, .max)
    (outcome.bytes, outcome.writtenBytes, outcome.transferredBytes) = (1 << 50, nil, .min)
    let receipt = receipt(outcome)
    try receipt.write(forBackup: location)
    #expect(RunReceipt.read(forBackup: location) == receipt)
    #expect(RunReceipt.read(forBackup: location)?.outcome == outcome)
    #expect(DiskLayout.names(in: ScratchDirectory.path) == [".20261123-19h10m54.json"])
  }

  @Test func `a receipt is plain JSON in the words of the catalog`() async throws {
    try receipt(Outcome(.ok, log: "well")).write(forBackup: location)
    let path = RunReceipt.path(forBackup: location)
    #expect(
      try await sqlite3("select json_valid(readfile('\(path)'))", path: ":memory:") == "1\n")
    #expect(
      try SmallFile.text(at: path, limit: 1000) == """
        {
          "end" : "2026-11-23T19:11:54.000000+01:00",
          "log" : "well",
          "section" : "web",
          "server" : "srv",
          "start" : "2026-11-23T19:10:54.000005+01:00",
          "status" : "OK",
          "type" : "rsync+ssh"
        }
        """)
  }

  @Test(arguments: [
    "", "{", "[]", "null", #"{"section":"web"}"#, #"{"section":5}"#, "\0", "not JSON",
    #"{"end":"","log":"","section":"","server":"","start":"","status":"OK","type":"","files":1.5}"#,
  ])
  func `what cannot be understood proves nothing`(_ text: String) throws {
    try SmallFile.write(Array(text.utf8), to: RunReceipt.path(forBackup: location))
    #expect(RunReceipt.read(forBackup: location) == nil)
  }

  @Test func `no receipt proves nothing either`() {
    #expect(RunReceipt.read(forBackup: location) == nil)
  }

  @Test func `the receipt of a file lies beside it, like that of a folder`() {
    #expect(RunReceipt.path(forBackup: "/b/web/x.sql.gz") == "/b/web/.x.sql.gz.json")
  }

  @Test func `a receipt that cannot be written is an error`() {
    let outcome = Outcome(.ok)
    #expect(throws: BackupError.self) {
      try receipt(outcome).write(forBackup: ScratchDirectory.path + "/none/x")
    }
  }
}
