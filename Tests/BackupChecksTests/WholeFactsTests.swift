import BackupChecks
import Foundation
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Everything the ini and the catalog know together.
@Suite(.scratch)
struct WholeFactsTests {
  private static let day = 86_400

  @Test func `sections of the catalog alone are orphans, once, and never counted`() throws {
    let site = try Site()
    try site.add(.run(.ok, ended: 60))
    try site.add(.run(.ok, ended: 3600) { $0.section = "gone" })
    try site.add(.run(.error, ended: 60) { $0.section = "gone" })
    // What cleanup has removed is history.
    try site.add(.run(.ok, ended: 60) { ($0.section, $0.type) = ("old", .clean) })
    let facts = try site.wholeFacts(Site.rsync("web1") + Site.rsync("new"))
    #expect(facts.isWhole)
    #expect(facts.sections.map(\.name) == ["web1", "new"])
    #expect(facts.orphans.map(\.name) == ["gone"])
    let report = Report(on: facts)
    #expect(report.others.map(\.name) == ["gone"])
    #expect(report.others.map(\.text) == ["not in the ini; last OK 1h ago"])
    #expect(report.aggregates.map(\.description).contains("'orphans'=1;;;0"))
    #expect(report.aggregates.map(\.description).contains("'sections'=2;;;0"))
  }

  @Test(arguments: CheckState.allCases)
  func `the state of an orphan is chosen`(_ state: CheckState) throws {
    let site = try Site()
    try site.add(.run(.ok, ended: 60) { $0.section = "gone" })
    var settings = CheckSettings()
    settings.judgement.orphan = state
    let report = Report(
      on: try site.wholeFacts("[p]\ntype = null\nserver_name = p\n", settings: settings))
    #expect(report.state == state)
  }

  @Test func `good backups within retention are counted, by local calendar days`() throws {
    let site = try Site()
    for age in [0, 1, 2, 30, 31, 400] {
      try site.add(.run(.ok, ended: age * Self.day + 60))
      try site.add(.run(.error, ended: age * Self.day + 700))
      try site.add(.run(.ok, ended: age * Self.day + 800) { $0.type = .export })
    }
    let facts = try #require(try site.wholeFacts(Site.rsync("web1")).sections.first)
    #expect(facts.copies == 4)
    let short = try site.facts(Site.rsync("web1", "backup_retention_time = 1"))[0]
    #expect(short.copies == 2)
    #expect(try site.facts("[p]\ntype = null\nserver_name = p\n")[0].copies == nil)
  }

  @Test func `the past is read when somebody asks, and the last good one is not its own past`()
    throws
  {
    let site = try Site()
    for (age, size) in [(0, 1000), (1, 100), (2, 90), (3, 110), (4, 5000)] {
      try site.add(.run(.ok, ended: age * Self.day + 60) { $0.bytes = Int64(size) })
    }
    try site.add(.run(.ok, ended: 2 * Self.day) { $0.bytes = nil })
    #expect(try site.facts(Site.rsync("web1"))[0].earlierSizes == [])
    let lines = "maximum_size_change = 50"
    let all = try site.facts(Site.rsync("web1", lines))[0]
    #expect(all.earlierSizes == [100, 90, 110, 5000])
    #expect(SectionRules.item(for: all).state == .critical)
    var settings = CheckSettings()
    settings.history = 3
    #expect(
      try site.facts(Site.rsync("web1", lines), settings: settings)[0].earlierSizes == [
        100, 90, 110,
      ])
    settings.limits.oldest = try .of("1", nil)
    let oldest = try site.facts(Site.rsync("web1"), settings: settings)[0].oldest
    #expect(oldest == Instant.noon.adding(seconds: -4 * Self.day - 60))
  }

  @Test func `exports are judged as exports`() throws {
    let site = try Site()
    try site.add(.run(.ok, ended: 60))
    try site.add(.run(.ok, ended: 3 * Self.day) { ($0.type, $0.location) = (.export, "/mnt/usb") })
    var settings = CheckSettings()
    settings.judgement.type = .export
    let facts = try site.facts(Site.rsync("web1"), settings: settings)[0]
    #expect(facts.age == 3 * Self.day)
    #expect(facts.location == .notLookedFor)
    #expect(SectionRules.item(for: facts).state == .critical)
    let week = try site.facts(Site.rsync("web1", "maximum_export_age = 8d"), settings: settings)[0]
    #expect(SectionRules.item(for: week).state == .ok)
    let none = try site.facts(Site.rsync("new"), settings: settings)[0]
    #expect(SectionRules.item(for: none).text.hasPrefix("never exported"))
  }

  @Test func `the newest proof counts, and files without the columns have none`() async throws {
    let site = try Site()
    try site.add(.run(.ok, ended: 60))
    try site.add(.run(.ok, ended: Self.day))
    let catalog = DiskLayout(base: site.base).catalog
    #expect(try site.facts(Site.rsync("web1"))[0].proof == nil)
    func prove(_ time: String, _ status: String, _ start: String) async throws {
      let result = try await program(
        ["sqlite3", "-batch", catalog],
        input:
          "UPDATE stats SET verified_at='\(time)', verified_status='\(status)' WHERE backup_start LIKE '\(start)%';"
      )
      try #require(result.status == 0, "\(result.stderr)")
    }
    try await prove("2026-11-23T12:00:00+00:00", "ERROR", "2026-11-23")
    #expect(SectionRules.item(for: try site.facts(Site.rsync("web1"))[0]).state == .critical)
    try await prove("2026-11-24T11:00:00+00:00", "OK", "2026-11-24")
    let facts = try site.facts(Site.rsync("web1"))[0]
    #expect(facts.proof == BackupProof(time: Instant.noon.adding(seconds: -3600), isGood: true))
    let dropped = try await program(
      ["sqlite3", "-batch", catalog],
      input: "DROP INDEX idx_stats_backup_proof; ALTER TABLE stats DROP COLUMN verified_at;")
    try #require(dropped.status == 0, "\(dropped.stderr)")
    #expect(try site.facts(Site.rsync("web1"))[0].proof == nil)
  }

  @Test func `one section asked for has its own figures alone`() throws {
    let site = try Site()
    try site.add(.run(.ok, ended: 60))
    let configuration = try site.configuration(Site.rsync("web1") + Site.rsync("db1"))
    let gatherer = FactGatherer(
      configuration: configuration, catalog: try site.catalog(.check), settings: CheckSettings(),
      now: .noon)
    let lone = Report(on: try gatherer.facts(about: [configuration.sections[0]]))
    #expect(lone.aggregates.isEmpty)
    #expect(lone.perfdata.map(\.label).allSatisfy { $0.hasPrefix("web1_") })
    let both = Report(on: try gatherer.facts(about: configuration.sections))
    #expect(both.aggregates.map(\.label).first == "sections")
    #expect(
      Report(on: try gatherer.wholeFacts(about: configuration.sections)).perfdata.map(\.label)
        .contains("free"))
  }
}
