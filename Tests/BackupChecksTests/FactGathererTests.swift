import BackupChecks
import Foundation
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What is gathered from a real catalog and a real disk.
@Suite(.scratch)
struct FactGathererTests {
  @Test func `each section has its own runs, in the order asked`() throws {
    let site = try Site()
    try site.add(.run(.ok, ended: 3600))
    try site.add(.run(.ok, ended: 60) { $0.section = "db1" })
    try site.add(.run(.error, ended: 30) { $0.section = "gone" })
    let facts = try site.facts(Site.rsync("db1") + Site.rsync("web1") + Site.rsync("new"))
    #expect(facts.map(\.name) == ["db1", "web1", "new"])
    #expect(facts.map(\.server) == ["db1.example.com", "web1.example.com", "new.example.com"])
    #expect(facts.map(\.type) == ["rsync", "rsync", "rsync"])
    #expect(facts.map(\.runs.count) == [1, 1, 0])
    #expect(facts.map(\.age) == [60, 3600, nil])
    #expect(facts.allSatisfy { $0.problem == nil && $0.now == .noon })
  }

  @Test(
    arguments: [
      ("", 108_000, nil), ("maximum_backup_age = 2", 7200, nil),
      ("warning_backup_age = 1", 108_000, 3600),
      ("maximum_backup_age = 5\nwarning_backup_age = 3", 18_000, 10_800),
      ("maximum_backup_age = soon", nil, nil), ("maximum_backup_age = 0", nil, nil),
      ("maximum_backup_age =", 108_000, nil), ("warning_backup_age = -1", 108_000, nil),
    ] as [(String, Int?, Int?)])
  func `limits are hours of the section, else of [global], never a guess`(
    _ lines: String, _ maximum: Int?, _ warning: Int?
  ) throws {
    let facts = try #require(try Site().facts(Site.rsync("web1", lines)).first)
    #expect(facts.limits.age.critical?.plainLimit == maximum.map(Double.init))
    #expect(facts.limits.age.warning?.plainLimit == warning.map(Double.init))
    #expect((facts.problem == nil) == (maximum != nil && !lines.contains("-1")))
  }

  @Test func `a section that is wrong says so with file and line, and the others are judged`()
    throws
  {
    let facts = try Site().facts("[bad]\ntype = rsync+shh\nserver_name = a\n" + Site.rsync("web1"))
    #expect(facts[0].problem?.hasPrefix("tisbackup-config.ini:6: section [bad]: asks for") == true)
    #expect(facts[1].problem == nil)
  }

  @Test func `a machine without backup by design is known as such, and not looked for`() throws {
    let facts = try Site().facts(
      "[printer]\ntype = null\nserver_name = printer\n",
      look: { _ in .missing("never asked") })
    #expect(facts[0].isByDesignWithoutBackup)
    #expect(facts[0].location == .notLookedFor)
    #expect(Report(on: CheckFacts(sections: facts)).state == .ok)
  }

  @Test func `a run whose writer is gone is dead, one whose writer lives is at work`() throws {
    let site = try Site()
    let (mine, other) = (
      ProcessIdentity.scripted, ProcessIdentity(pid: 1, bootID: "b", startTicks: 2)
    )
    try site.add(.running(began: 60, by: mine))
    try site.add(.running(began: 600, by: other))
    let facts = try site.facts(Site.rsync("web1"), isAlive: { $0 == mine })[0]
    #expect(facts.dead == [Instant.noon.adding(seconds: -600)])
    #expect(facts.running?.writer == mine)
    #expect(facts.failures.map(\.writer) == [other])
  }

  @Test func `the log of the newest failure is read, and no other`() throws {
    let site = try Site()
    try site.add(.run(.ok, ended: 9000) { $0.log = "all well" })
    try site.add(.run(.error, ended: 600) { $0.log = "older" })
    try site.add(.run(.error, ended: 60) { $0.log = "newest\nline two" })
    #expect(try site.facts(Site.rsync("web1"))[0].failureLog == "newest\nline two")
    try site.add(.run(.ok, ended: 5, took: 1))
    #expect(try site.facts(Site.rsync("web1"))[0].failureLog == "")
  }

  @Test func `exports and backups that cleanup removed are no backups`() throws {
    let site = try Site()
    try site.add(.run(.ok, ended: 60) { $0.type = .export })
    try site.add(.run(.ok, ended: 600) { $0.type = .clean })
    #expect(try site.facts(Site.rsync("web1"))[0].lastGood == nil)
    try site.add(.run(.ok, ended: 9000))
    #expect(try site.facts(Site.rsync("web1"))[0].age == 9000)
  }

  @Test(arguments: ["", "yesterday", "2026-02-30T00:00:00", "2026-11-24"])
  func `rows without a readable start are counted`(_ start: String) async throws {
    let site = try Site()
    try await site.addOldRow(start: start, end: nil)
    let facts = try site.facts(Site.rsync("web1"))[0]
    #expect(facts.unreadable == 1)
    #expect(SectionRules.item(for: facts).text.contains("no good backup on record"))
  }

  @Test(arguments: [
    // What stands in the place of the last good backup, and what is found there.
    ("folder", CheckState.ok), ("empty", .ok), ("link", .ok), ("dangling", .critical),
    ("nothing", .critical), ("unmounted", .critical), ("unrecorded", .warning),
  ])
  func `the last good backup is looked for on the disk`(_ what: String, _ state: CheckState) throws
  {
    let site = try Site()
    let (manager, place) = (FileManager.default, "\(site.base)/web1/20261124-11h52m00")
    try manager.createDirectory(atPath: "\(site.base)/web1", withIntermediateDirectories: true)
    switch what {
    case "folder", "unmounted":
      try manager.createDirectory(atPath: place + "/etc", withIntermediateDirectories: true)
    case "empty": try manager.createDirectory(atPath: place, withIntermediateDirectories: false)
    case "link": try manager.createSymbolicLink(atPath: place, withDestinationPath: site.base)
    case "dangling": try manager.createSymbolicLink(atPath: place, withDestinationPath: "gone")
    default: break
    }
    try site.add(.run(.ok, ended: 60) { $0.location = what == "unrecorded" ? nil : place })
    if what == "unmounted" {
      // The catalog is on another disk than this section's backup_dir.
      try manager.moveItem(atPath: "\(site.base)/web1", toPath: "\(site.base)/elsewhere")
    }
    let facts = try site.facts(Site.rsync("web1"))
    #expect(SectionRules.item(for: facts[0]).state == state)
    let told = "the last good backup is gone from \(place)"
    #expect(SectionRules.item(for: facts[0]).text.contains(told) == (state == .critical))
  }

  @Test func `only the last good backup is looked for, and not when told otherwise`() throws {
    let site = try Site()
    for (age, name) in [(60, "new"), (9000, "old")] {
      try site.add(.run(.ok, ended: age) { $0.location = "\(site.base)/web1/\(name)" })
    }
    try site.add(.run(.error, ended: 5, took: 1) { $0.location = "\(site.base)/web1/broken" })
    var settings = CheckSettings()
    #expect(
      try site.facts(Site.rsync("web1"), settings: settings)[0].location
        == .missing("\(site.base)/web1/new"))
    settings.looksForBackups = false
    #expect(try site.facts(Site.rsync("web1"), settings: settings)[0].location == .notLookedFor)
  }

  @Test func `each stage is told before it can hang`() throws {
    let site = try Site()
    try site.add(.run(.ok, ended: 60) { $0.location = "/backup/web1/x" })
    var stages: [String] = []
    _ = try site.facts(Site.rsync("web1") + Site.rsync("new"), stage: { stages.append($0) })
    #expect(
      stages == [
        "reading the catalog \(site.base)/log/tisbackup.sqlite",
        "looking for the backups on disk",
      ])
  }
}
