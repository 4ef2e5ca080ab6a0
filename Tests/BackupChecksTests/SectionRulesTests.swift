import BackupChecks
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

struct SectionRulesTests {
  /// Facts of every kind a rule may meet.
  static let kinds: [SectionFacts] = [
    .web1(), .web1([.run(.ok, ended: 60)]), .web1([.run(.ok, ended: 1_000_000)]),
    .web1([.run(.warning, ended: 60), .run(.ok, ended: 200_000)]),
    .web1([.run(.error, ended: 60), .run(.ok, ended: 7200)]) { $0.failureLog = "a|b\nc." },
    .web1([.running(began: 60), .run(.ok, ended: 7200)]),
    .web1([.running(began: 200_000, by: nil)]),
    .web1([.run(.ok, ended: -7200)]), .web1 { $0.unreadable = 3 },
    .web1([.run(.ok, ended: 60) { $0.bytes = 0 }]) { $0.location = .missing("/b/x") },
    .web1([.run(.ok, ended: 60)]) { $0.location = .hidden("/b/x", reason: "Permission denied") },
    .web1([.run(.ok, ended: 60)]) { $0.location = .olderThanRun("/b/x") },
    .web1([.run(.ok, ended: 60)]) { $0.location = .notRecorded },
  ]

  @Test func `the rules are told in this order, each once`() {
    #expect(
      SectionRules.all.map { "\(type(of: $0))" } == [
        "Freshness", "Size", "RunDuration", "LastRun", "Copies", "RunningNow", "Verified",
        "SizeChange", "Oldest", "Location", "Emptiness", "Clock", "Readable",
      ])
  }

  @Test(arguments: SectionRules.all.indices)
  func `a rule tells a clause on one line, without a final stop, and labels figures by section`(
    _ index: Int
  ) {
    for facts in Self.kinds {
      let finding = SectionRules.all[index].evaluate(facts)
      #expect(
        finding == SectionRules.all[index].evaluate(facts), "an answer depends on facts alone")
      #expect(!finding.text.contains(where: \.isNewline) && !finding.text.contains("|"))
      #expect(finding.text.last != "." && finding.text.first != " ", "\(finding.text)")
      #expect(finding.state == .ok || !finding.text.isEmpty)
      #expect(finding.perfdata.allSatisfy { $0.label.hasPrefix("web1_") })
    }
  }

  @Test func `no two rules give a figure the same label`() {
    for facts in Self.kinds {
      let labels = SectionRules.item(for: facts).perfdata.map(\.label)
      #expect(Set(labels).count == labels.count)
    }
  }

  @Test func `a healthy section is told in one clause`() {
    let item = SectionRules.item(for: .web1([.run(.ok, ended: 79_200) { $0.bytes = 1 << 20 }]))
    #expect(item.state == .ok)
    #expect(item.text == "last OK 22h ago (limit 30h), 1 MiB, took 7m")
    #expect(
      item.perfdata.map(\.label) == [
        "web1_age", "web1_size", "web1_duration", "web1_failures", "web1_running",
      ])
  }

  @Test(arguments: [
    (
      SectionFacts.web1([.run(.error, ended: 60), .run(.ok, ended: 79_200)]), CheckState.ok,
      "last OK 22h ago (limit 30h), took 7m; 1 failed run since, at 2026-11-24 11:52"
    ),
    (
      .web1([.run(.ok, ended: 79_200) { $0.bytes = 0 }]) { $0.location = .missing("/b/x") },
      .critical,
      "the last good backup is gone from /b/x; last OK 22h ago (limit 30h), 0 B, took 7m;"
        + " the last good backup is empty (0 bytes)"
    ),
    (
      .web1([.running(began: 60), .run(.ok, ended: 200_000)]), .critical,
      "last OK 2d 7h ago (limit 30h), took 7m; running since 1m"
    ),
    (
      .web1([.run(.ok, ended: 60)]) { $0.unreadable = 1 }, .unknown,
      "1 row of the catalog has a start that is not a time; last OK 1m ago (limit 30h), took 7m"
    ),
    (.web1(), .critical, "never backed up"),
  ])
  func `what made the state comes first, the rest keeps its order`(
    _ facts: SectionFacts, _ state: CheckState, _ text: String
  ) {
    let item = SectionRules.item(for: facts)
    #expect(item.state == state)
    #expect(item.text == text)
  }

  @Test func `a section whose ini is wrong is unknown, and nothing else is told`() {
    let item = SectionRules.item(for: .web1([.run(.ok, ended: 60)]) { $0.problem = "x.ini:5: no" })
    #expect(item == .init(name: "web1", state: .unknown, text: "x.ini:5: no", perfdata: []))
  }

  @Test func `a machine without backup by design is OK, and no figure is told`() {
    let facts = SectionFacts.web1 { $0.isByDesignWithoutBackup = true }
    #expect(
      SectionRules.item(for: facts)
        == .init(name: "web1", state: .ok, text: "not backed up by design", perfdata: []))
    #expect(
      SectionRules.item(for: .web1 { ($0.isByDesignWithoutBackup, $0.problem) = (true, "bad") })
        .state == .unknown)
  }

  @Test func `the report counts states and names the oldest good backup`() {
    func named(_ name: String, _ facts: SectionFacts) -> SectionFacts {
      var facts = facts
      facts.name = name
      return facts
    }
    let good = [
      named("a", .web1([.run(.ok, ended: 3600)])), named("b", .web1([.run(.ok, ended: 79_200)])),
      named("c", .web1 { $0.isByDesignWithoutBackup = true }),
    ]
    let well = Report(on: CheckFacts(sections: good))
    #expect(well.state == .ok)
    #expect(well.summary == "2 sections, oldest good backup 22h (b), 1 not backed up by design")
    #expect(
      well.aggregates.map(\.description) == [
        "'sections'=2;;;0", "'ok'=2;;;0", "'warning'=0;;;0", "'critical'=0;;;0",
        "'unknown'=0;;;0", "'by_design'=1;;;0", "'orphans'=0;;;0", "'oldest_age'=79200s;;;0",
      ])
    let bad = Report(
      on: CheckFacts(
        sections: good + [named("d", .web1()), named("e", .web1 { $0.problem = "broken" })]))
    #expect(bad.state == .critical)
    #expect(bad.summary == "1 of 4 sections: d never backed up; 1 unknown: e")
    #expect(bad.aggregates.map(\.value) == ["4", "2", "0", "1", "1", "1", "0", "79200"])
  }

  @Test func `nothing to judge is unknown, and no age is made up`() {
    let report = Report(on: CheckFacts(sections: []))
    #expect(report.state == .unknown)
    #expect(
      report.aggregates.map(\.label) == [
        "sections", "ok", "warning", "critical", "unknown", "by_design", "orphans",
      ])
  }
}
