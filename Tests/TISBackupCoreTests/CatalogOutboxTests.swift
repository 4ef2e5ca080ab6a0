import TISBackupTestSupport
import Testing

@testable import TISBackupCore

/// What is owed to monitoring servers, written with what it is about.
@Suite("the outbox", .scratch)
struct CatalogOutboxTests {
  private func catalog(_ targets: [String] = ["icinga", "nagios"]) throws -> Catalog {
    let catalog = try Catalog(
      path: catalogPath, access: .write, zone: .paris, audience: Audience(targets))
    try catalog.setTargets(targets)
    return catalog
  }

  private static let otherWriter = ProcessIdentity(pid: 99, bootID: "another-boot", startTicks: 3)

  private func begin(
    _ section: String = "web1", after seconds: Int = 0, by writer: ProcessIdentity = someWriter,
    in catalog: Catalog
  ) throws -> RunKey {
    try catalog.begin(
      .backup, section: section, server: "srv", description: "",
      at: evening.adding(seconds: seconds), by: writer)
  }

  private func owed(_ target: String = "icinga", in catalog: Catalog) throws -> [String] {
    try catalog.owed(to: target).map(\.subject.description)
  }

  @Test("a run that ends owes every target its section and the whole; one at work owes nothing yet")
  func ends() throws {
    let catalog = try catalog()
    let key = try begin(in: catalog)
    #expect(try owed(in: catalog) == [])
    try catalog.end(key, Outcome(.ok), at: evening.adding(seconds: 60))
    for target in ["icinga", "nagios"] {
      #expect(try owed(target, in: catalog) == ["summary", "web1"])
      #expect(try catalog.owed(to: target)[0].since == evening.adding(seconds: 60))
    }
  }

  @Test("row and debt are one transaction: when the row cannot be ended, nothing is owed")
  func together() throws {
    let catalog = try catalog()
    var key = try begin(in: catalog)
    key.startText = "2026-01-01T00:00:00.000000+01:00"
    #expect(throws: BackupError.self) { try catalog.end(key, Outcome(.ok), at: evening) }
    #expect(try owed(in: catalog) == [])
  }

  @Test("a run that was skipped owes nothing, and takes nothing away that was owed before")
  func skipped() throws {
    let catalog = try catalog(["icinga"])
    try catalog.withdraw(try begin(in: catalog))
    #expect(try owed(in: catalog) == [])
    try catalog.end(try begin(after: 10, in: catalog), Outcome(.error), at: evening)
    try catalog.withdraw(try begin(after: 20, in: catalog))
    #expect(try owed(in: catalog) == ["summary", "web1"])
    try catalog.oweDeadRuns(at: evening) { _ in false }
    #expect(try owed(in: catalog) == ["summary", "web1"])
  }

  @Test("a run that dies becomes news, once; one that lives does not")
  func dies() throws {
    let catalog = try catalog(["icinga"])
    _ = try begin(in: catalog)
    try catalog.oweDeadRuns(at: evening) { _ in true }
    #expect(try owed(in: catalog) == [])
    try catalog.oweDeadRuns(at: evening.adding(seconds: 5)) { _ in false }
    let news = try catalog.owed(to: "icinga")
    #expect(news.map(\.subject.description) == ["summary", "web1"])
    try catalog.settle(news.map { ($0, .delivered) }, of: "icinga", at: evening)
    try catalog.oweDeadRuns(at: evening.adding(seconds: 9)) { _ in false }
    #expect(try owed(in: catalog) == [])
  }

  @Test("a run that dies is news while one of another section, begun at the same instant, lives")
  func diesBesideTwin() throws {
    let catalog = try catalog(["icinga"])
    _ = try begin("web1", in: catalog)
    _ = try begin("web2", by: Self.otherWriter, in: catalog)
    try catalog.oweDeadRuns(at: evening) { $0 == Self.otherWriter }
    #expect(try owed(in: catalog) == ["summary", "web1"])
  }

  @Test("a run that begins while the death of the one before is found is awaited all the same")
  func beginsMeanwhile() throws {
    let catalog = try catalog(["icinga"])
    _ = try begin(in: catalog)
    var second: RunKey?
    try catalog.oweDeadRuns(at: evening) { writer in
      if second == nil { second = try? begin(after: 5, by: Self.otherWriter, in: catalog) }
      return writer == Self.otherWriter
    }
    #expect(second != nil)
    #expect(try owed(in: catalog) == [])
    try catalog.oweDeadRuns(at: evening) { _ in false }
    #expect(try owed(in: catalog) == ["summary", "web1"])
  }

  @Test("a run that dies is news also when an earlier state was announced while it was at work")
  func diesAfterDelivery() throws {
    let catalog = try catalog(["icinga"])
    try catalog.end(try begin(in: catalog), Outcome(.ok), at: evening)
    _ = try begin(after: 100, in: catalog)
    let first = try catalog.owed(to: "icinga")
    try catalog.settle(first.map { ($0, .delivered) }, of: "icinga", at: evening)
    #expect(try owed(in: catalog) == [])
    try catalog.oweDeadRuns(at: evening) { _ in false }
    #expect(try owed(in: catalog) == ["summary", "web1"])
  }

  @Test("what comes while an older state is on its way stays owed")
  func newer() throws {
    let catalog = try catalog(["icinga"])
    try catalog.end(try begin(in: catalog), Outcome(.error), at: evening)
    let sent = try catalog.owed(to: "icinga")
    try catalog.end(
      try begin(after: 10, in: catalog), Outcome(.ok), at: evening.adding(seconds: 20))
    try catalog.settle(sent.map { ($0, .delivered) }, of: "icinga", at: evening)
    #expect(try owed(in: catalog) == ["summary", "web1"])
  }

  @Test("an outage of any length leaves one row for each service, with its first moment and reason")
  func outage() throws {
    let catalog = try catalog(["icinga"])
    for night in 0..<30 {
      try catalog.end(
        try begin(after: night * 86_400, in: catalog), Outcome(.ok),
        at: evening.adding(seconds: night * 86_400 + 60))
      let news = try catalog.owed(to: "icinga")
      try catalog.settle(news.map { ($0, .kept("refused \(night)")) }, of: "icinga", at: evening)
    }
    let owed = try catalog.owed(to: "icinga")
    #expect(owed.count == 2)
    #expect(owed[1].since == evening.adding(seconds: 60))
    #expect(owed[1].attempts == 30 && owed[1].problem == "refused 29")
    let target = try #require(try catalog.outboxTargets().first)
    #expect(target.owed == 2 && target.problem == "refused 29" && target.delivered == nil)
    #expect(target.oldest == evening.adding(seconds: 60))
  }

  @Test("a target that was owed before it was ever announced to is known as any other")
  func first() throws {
    let catalog = try Catalog(
      path: catalogPath, access: .write, zone: .paris, audience: Audience(["icinga"]))
    try catalog.end(try begin(in: catalog), Outcome(.ok), at: evening)
    try catalog.setTargets(["icinga"])
    let news = try catalog.owed(to: "icinga")
    try catalog.settle(news.map { ($0, .kept("refused")) }, of: "icinga", at: evening)
    #expect(try catalog.outboxTargets().map(\.problem) == ["refused"])
  }

  @Test("what was tried least comes first, then what is oldest")
  func order() throws {
    let catalog = try catalog(["icinga"])
    for (index, name) in ["a", "b", "c"].enumerated() {
      try catalog.end(
        try begin(name, after: index, in: catalog), Outcome(.ok), at: evening.adding(seconds: index)
      )
    }
    let first = try catalog.owed(to: "icinga").first { $0.subject.section == "a" }
    try catalog.settle([(try #require(first), .kept("no"))], of: "icinga", at: evening)
    #expect(try owed(in: catalog) == ["summary", "b", "c", "a"])
  }

  @Test("what is delivered or refused for good is owed no more, by that target alone")
  func settles() throws {
    let catalog = try catalog()
    try catalog.end(try begin(in: catalog), Outcome(.ok), at: evening)
    let news = try catalog.owed(to: "icinga")
    try catalog.settle(
      [(news[0], .delivered), (news[1], .dropped("bad request"))], of: "icinga",
      at: evening.adding(seconds: 3))
    #expect(try owed(in: catalog) == [])
    #expect(try owed("nagios", in: catalog).count == 2)
    let target = try #require(try catalog.outboxTargets().first)
    #expect(target.delivered == evening.adding(seconds: 3) && target.problem == "bad request")
  }

  @Test("while the monitoring ini cannot be read all targets are owed, and each is once it can")
  func every() throws {
    let blind = try Catalog(
      path: catalogPath, access: .write, zone: .paris, audience: .everybody)
    try blind.end(try begin(in: blind), Outcome(.ok), at: evening)
    #expect(try blind.outboxTargets().map(\.name) == ["*"])
    let catalog = try catalog()
    #expect(try owed(in: catalog) == ["summary", "web1"])
    #expect(try owed("nagios", in: catalog) == ["summary", "web1"])
    #expect(try catalog.outboxTargets().map(\.name) == ["icinga", "nagios"])
  }

  @Test("a target that left the ini is owed nothing any more, and that is told")
  func gone() throws {
    let catalog = try catalog()
    try catalog.end(try begin(in: catalog), Outcome(.ok), at: evening)
    let gone = try catalog.setTargets(["icinga"])
    #expect(gone.map(\.name) == ["nagios"] && gone.map(\.owed) == [2])
    #expect(try catalog.outboxTargets().map(\.name) == ["icinga"])
    #expect(try catalog.setTargets(["icinga"]).isEmpty)
  }

  @Test("exports, cleanups and backups found on disk are news, too")
  func others() throws {
    let catalog = try catalog(["icinga"])
    let export = try catalog.begin(
      .export, section: "web1", server: "", description: "", at: evening, by: someWriter)
    try catalog.end(export, Outcome(.ok), at: evening)
    #expect(try owed(in: catalog) == ["summary", "export of web1"])
    var record = BackupRecord(section: "db1", start: evening, status: .ok)
    record.location = "/backup/db1/x"
    try catalog.add(record, at: evening.adding(seconds: 1))
    try catalog.markClean(record, because: "old", at: evening.adding(seconds: 2))
    #expect(try owed(in: catalog) == ["summary", "export of web1", "db1"])
  }

  @Test("without targets nothing is kept, and an old catalog has none")
  func none() async throws {
    let catalog = try Catalog.writable()
    let key = try catalog.begin(
      .backup, section: "web1", server: "", description: "", at: evening, by: someWriter)
    try catalog.end(key, Outcome(.ok), at: evening)
    #expect(try await sqlite3("SELECT count(*) FROM outbox") == "0\n")
    try await sqlite3("DROP TABLE outbox")
    #expect(try Catalog.readable().outboxTargets() == [])
    #expect(try Catalog.readable().owed(to: "icinga") == [])
  }
}
