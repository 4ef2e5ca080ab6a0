import BackupChecks
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

/// The answer for scripts, read by a reader that shares nothing with the writer.
struct CheckDocumentTests {
  @Test func `a good section has every key, in base units`() throws {
    let facts = SectionFacts.web1([
      .running(began: 30),
      .run(.error, ended: 600),
      .run(.ok, ended: 3600) { ($0.bytes, $0.location) = (9_007_199_254_740_991, "/b/web1/x") },
    ])
    let document = try document([facts])
    #expect(document.keys == ["others", "perfdata", "sections", "state", "summary"])
    #expect(document["state"] == .text("OK"))
    let section = try #require(document["sections"]?[0])
    #expect(
      section
        == .object([
          "name": .text("web1"), "server": .text("web1.example.com"), "type": .text("rsync"),
          "state": .text("OK"),
          "message": .text(
            "last OK 1h ago (limit 30h), 8 PiB, took 7m; 1 failed run since, at 2026-11-24 11:43;"
              + " running since 30s"),
          "last_ok": .text("2026-11-24T11:00:00+00:00"), "age": .number(3600),
          "size": .number(9_007_199_254_740_991), "duration": .number(420),
          "failures": .number(1), "running": .flag(true), "location": .text("/b/web1/x"),
        ]))
  }

  @Test func `what is not known is left out, never made up`() throws {
    let section = try #require(try document([.web1()])["sections"]?[0])
    #expect(
      section.keys == ["failures", "message", "name", "running", "server", "state", "type"])
    #expect(section["state"] == .text("CRITICAL"))
    #expect(section["running"] == .flag(false))
  }

  @Test func `state, summary and figures are those of the text`() throws {
    let facts = [SectionFacts.web1([.run(.ok, ended: 60)]), .web1 { $0.name = "db1" }]
    let report = Report(on: CheckFacts(sections: facts))
    let document = try JSON(parsing: CheckDocument(report, CheckFacts(sections: facts)).text)
    #expect(document["state"] == .text(report.state.name))
    #expect(document["summary"] == .text(report.summary))
    #expect(document["perfdata"] == .list(report.perfdata.map { .text($0.description) }))
    #expect(document["sections"]?[0]?["name"] == .text("web1"))
    #expect(document["sections"]?[1]?["name"] == .text("db1"))
    #expect(document["sections"]?[2] == nil)
  }

  @Test func `no section is still a document`() throws {
    let document = try document([])
    #expect(document["state"] == .text("UNKNOWN"))
    #expect(document["sections"] == .list([]))
  }

  @Test(arguments: [
    "a\"b", "a\\b", "a/b", "a\nb", "a\u{0}b", "\u{1b}[31m", "</script>", "é", "日本", "👩‍👩‍👧", "\u{2028}",
    "\u{7f}", "a|b", "%s", "\u{202e}abc", "\u{fffd}", "", " ", "{\"a\":1}", "\u{10ffff}",
  ])
  func `names and places of any kind come back letter by letter, on one line`(_ name: String)
    throws
  {
    let facts = SectionFacts.web1([.run(.ok, ended: 60) { $0.location = "/b/\(name)" }]) {
      ($0.name, $0.server, $0.type) = (name, name, name)
    }
    let text = CheckDocument(
      Report(on: CheckFacts(sections: [facts])), CheckFacts(sections: [facts])
    ).text
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 })
    let section = try #require(try JSON(parsing: text)["sections"]?[0])
    for key in ["name", "server", "type"] { #expect(section[key] == .text(name)) }
    #expect(section["location"] == .text("/b/\(name)"))
  }

  @Test func `a message is as clean as in the text`() throws {
    let facts = SectionFacts.web1([.run(.error, ended: 60), .run(.ok, ended: 7200)]) {
      $0.failureLog = "a|b \u{1b}[31mred\u{1b}[0m \"q\""
    }
    let section = try #require(try document([facts])["sections"]?[0])
    #expect(
      section["message"]
        == .text(
          "last OK 2h ago (limit 30h), took 7m; 1 failed run since, at 2026-11-24 11:52:"
            + " a/b red \"q\""))
  }

  private func document(_ facts: [SectionFacts]) throws -> JSON {
    try JSON(
      parsing: CheckDocument(Report(on: CheckFacts(sections: facts)), CheckFacts(sections: facts))
        .text)
  }
}
