import BackupProofs
import OutsideWorld
import TISBackupCore
import Testing

@testable import BackupDrivers

/// What is said of all dumps of a run together.
struct DumpTallyTests {
  private func dump(_ subject: String, _ format: DumpFormat = .mysql) -> DatabaseDump {
    DatabaseDump(
      subject: subject, invocation: Invocation("true", []), fileName: subject, format: format)
  }

  private func content(_ bytes: Int, in fileBytes: Int64) -> DumpContent {
    var edges = StreamEdges()
    [UInt8](repeating: 0x78, count: bytes).withUnsafeBytes { edges.take($0) }
    return DumpContent(edges: edges, fileBytes: fileBytes)
  }

  private func failure(_ text: String) -> BackupError {
    BackupError(.driver, .init("section [web1]: \(text)"), hint: "Do it.")
  }

  @Test func `dumps that all went well are OK, and each has its line`() throws {
    var tally = DumpTally(lacking: [])
    tally.add(dump("shop"), content(3000, in: 1000))
    tally.add(dump("roles", .postgresqlGlobals), content(500, in: 24))
    let outcome = try #require(tally.outcome(section: "web1"))
    #expect(outcome.status == .ok)
    let lines = outcome.log.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("2 dumps, "))
    #expect(lines[1].hasPrefix("shop: ") && lines[2].hasPrefix("roles: "))
    #expect((outcome.files, outcome.writtenFiles) == (2, 2))
    #expect((outcome.bytes, outcome.writtenBytes, outcome.transferredBytes) == (1024, 1024, 3500))
  }

  @Test func `what dumps lack makes a warning that begins with what there is`() throws {
    var tally = DumpTally(lacking: ["'a': no triggers", "'b': no events"])
    tally.add(dump("a"), content(1, in: 1))
    let outcome = try #require(tally.outcome(section: "web1"))
    #expect(outcome.status == .warning)
    let lines = outcome.log.split(separator: "\n")
    #expect(
      lines[0].hasPrefix("1 dump, ") && lines[0].hasSuffix("; not complete: 'a': no triggers"))
    #expect(lines[1] == "not complete: 'b': no events")
  }

  @Test func `one failure is an error that says what was kept, the first failure first`() throws {
    var tally = DumpTally(lacking: ["'a': no triggers"])
    tally.add(dump("a"), content(1, in: 1))
    tally.failures = [failure("'b': failed"), failure("'c': failed")]
    tally.unreached = ["d"]
    let outcome = try #require(tally.outcome(section: "web1"))
    #expect(outcome.status == .error)
    let lines = outcome.log.split(separator: "\n")
    #expect(lines[0].hasPrefix("'b': failed; Do it.; 2 more failed; kept 1 dump, "))
    #expect(lines[1] == "'c': failed; Do it." && lines[2] == "'d': not tried any more")
  }

  @Test func `roles alone are no backup`() {
    var tally = DumpTally(lacking: [])
    #expect(tally.outcome(section: "web1") == nil)
    tally.add(dump("roles", .postgresqlGlobals), content(1, in: 1))
    #expect(tally.outcome(section: "web1") == nil)
  }
}
