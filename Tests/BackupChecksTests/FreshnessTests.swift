import BackupChecks
import Monitoring
import TISBackupCore
import Testing

struct FreshnessTests {
  @Test(
    arguments: [
      (0, .ok), (107_999, .ok), (108_000, .ok), (108_001, .critical), (1_000_000_000, .critical),
    ] as [(Int, CheckState)])
  func `a backup may be as old as maximum_backup_age, and not a second more`(
    _ age: Int, _ state: CheckState
  ) {
    #expect(judge(.web1([.run(.ok, ended: age)])).state == state)
  }

  @Test(
    arguments: [
      (86_399, .ok), (86_400, .ok), (86_401, .warning), (108_000, .warning), (108_001, .critical),
    ] as [(Int, CheckState)])
  func `warning_backup_age warns before maximum_backup_age alarms`(
    _ age: Int, _ state: CheckState
  ) {
    let facts = SectionFacts.web1([.run(.ok, ended: age)]) {
      $0.limits.age.warning = Threshold(atMost: 86_400)
    }
    #expect(judge(facts).state == state)
  }

  @Test(
    arguments: [
      // -w, -c, age in seconds, state; the section itself says 24 h and 30 h.
      (nil, nil, 90_000, .warning), ("7200", nil, 7201, .warning), ("7200", nil, 7200, .ok),
      ("7200", nil, 108_001, .critical), (nil, "3600", 3601, .critical), (nil, "3600", 3600, .ok),
      ("100", "200", 101, .warning), ("100", "200", 201, .critical), ("200", "100", 150, .critical),
      ("100000000", "100000000", 1_000_000, .ok), ("3600:", nil, 3599, .warning),
      (nil, "@10:20", 15, .critical), (nil, "@10:20", 9, .ok), (nil, "@10:20", 1_000_000, .warning),
      (nil, "~:10", -5, .ok), (nil, "10", -5, .critical), ("10", nil, -5, .warning),
    ] as [(String?, String?, Int, CheckState)])
  func `a range of the command line stands for the section's own key, each alone`(
    _ warning: String?, _ critical: String?, _ age: Int, _ state: CheckState
  ) throws {
    let own = try Limits.of("~:86400", "~:108000")
    let limits = try Limits.of(warning, critical).over(own)
    let facts = SectionFacts.web1([.run(.ok, ended: age)]) { $0.limits.age = limits }
    #expect(judge(facts).state == state)
  }

  @Test(arguments: [0, 108_001, 1_000_000_000])
  func `without any limit no age is too old`(_ age: Int) {
    let finding = judge(.web1([.run(.ok, ended: age)], maximumAge: nil))
    #expect(finding.state == .ok)
    #expect(finding.text.hasPrefix("last OK \(TimeSpan(seconds: age)) ago, took 7m"))
  }

  @Test(
    arguments: [
      (79_200, nil, 30, "last OK 22h ago (limit 30h)"),
      (187_200, nil, 30, "last OK 2d 4h ago (limit 30h)"),
      (90_000, 24, 30, "last OK 1d 1h ago (warn 24h)"), (60, 24, 30, "last OK 1m ago (limit 30h)"),
      (60, 24, nil, "last OK 1m ago (warn 24h)"), (90_000, 24, nil, "last OK 1d 1h ago (warn 24h)"),
      (60, nil, 96, "last OK 1m ago (limit 96h)"), (60, nil, 97, "last OK 1m ago (limit 4d 1h)"),
      (60, nil, 720, "last OK 1m ago (limit 30d)"),
    ] as [(Int, Int?, Int?, String)])
  func `the age is told with the limit that matters`(
    _ age: Int, _ warning: Int?, _ critical: Int?, _ text: String
  ) {
    let facts = SectionFacts.web1([.run(.ok, ended: age)], maximumAge: critical.map { $0 * 3600 }) {
      $0.limits.age.warning = warning.map { Threshold(atMost: Double($0 * 3600)) }
    }
    #expect(judge(facts).text == text + ", took 7m")
  }

  @Test(arguments: [
    ("5400", "last OK 1m ago (limit 1h 30m)"), ("@10:20", "last OK 1m ago"),
    ("~:7200", "last OK 1m ago (limit 2h)"),
  ])
  func `a range without a plain limit is not told as one`(_ critical: String, _ text: String) throws
  {
    let limit = try range(critical)
    let facts = SectionFacts.web1([.run(.ok, ended: 60)]) { $0.limits.age.critical = limit }
    #expect(judge(facts).text == text + ", took 7m")
  }

  @Test func `size and duration are told where the catalog has them`() {
    let whole = SectionFacts.web1([.run(.ok, ended: 3600, took: 3661) { $0.bytes = 1_503_238_554 }])
    #expect(judge(whole).text == "last OK 1h ago (limit 30h), 1.4 GiB, took 1h 1m")
    let bare = SectionFacts.web1([.run(.ok, ended: 3600) { $0.end = nil }])
    #expect(judge(bare).text == "last OK 1h 7m ago (limit 30h)")
  }

  @Test func `the figures carry limits that every reader of perfdata takes`() throws {
    let facts = SectionFacts.web1([
      .run(.ok, ended: 3600) { ($0.bytes, $0.writtenBytes) = (1000, 10) }
    ]) {
      $0.limits.age.warning = Threshold(atMost: 86_400)
    }
    #expect(
      judge(facts).perfdata.map(\.description) == [
        "'web1_age'=3600s;86400;108000;0"
      ])
    let few = judge(.web1([.run(.ok, ended: 3600) { $0.end = nil }], maximumAge: nil))
    #expect(few.perfdata.map(\.description) == ["'web1_age'=4020s;;;0"])
    #expect(judge(.web1()).perfdata == [])
  }

  @Test func `the good backup that ended last counts, not the one that began last`() {
    let long = BackupRecord.run(.ok, ended: 600, took: 90_000)
    let short = BackupRecord.run(.ok, ended: 3600, took: 60)
    #expect(judge(.web1([short, long])).text.hasPrefix("last OK 10m ago"))
  }

  @Test(
    arguments: [
      ([], 0, "never backed up"), ([], 2, "no good backup on record"),
      ([.run(.error, ended: 60)], 0, "no good backup on record"),
      ([.running(began: 60)], 0, "no good backup on record"),
      ([.run(.other("ok"), ended: 60)], 0, "no good backup on record"),
      ([.run(.ok, ended: 60) { $0.type = .export }], 0, "no good backup on record"),
    ] as [([BackupRecord], Int, String)])
  func `without a good backup there is no doubt`(
    _ runs: [BackupRecord], _ unreadable: Int, _ text: String
  ) {
    for maximumAge in [nil, 3600] {
      let facts = SectionFacts.web1(runs, maximumAge: maximumAge) { $0.unreadable = unreadable }
      #expect(judge(facts) == Finding(.critical, text))
    }
  }

  @Test(
    arguments: [
      ([.run(.warning, ended: 108_000), .run(.ok, ended: 200_000)], .warning),
      ([.run(.warning, ended: 108_001), .run(.ok, ended: 200_000)], .critical),
      ([.run(.error, ended: 60), .run(.warning, ended: 90), .run(.ok, ended: 200_000)], .warning),
      ([.run(.error, ended: 60), .run(.ok, ended: 200_000)], .critical),
      ([.run(.warning, ended: 60)], .warning), ([.run(.warning, ended: 108_001)], .critical),
      ([.run(.warning, ended: 60), .run(.ok, ended: 200)], .ok),
      // A partial run that is older than the good one says nothing any more.
      ([.run(.ok, ended: 108_001, took: 1), .run(.warning, ended: 108_002, took: 1)], .critical),
    ] as [([BackupRecord], CheckState)])
  func `a partial run within the limit softens the alarm to a warning`(
    _ runs: [BackupRecord], _ state: CheckState
  ) {
    #expect(judge(.web1(runs)).state == state)
  }

  @Test
  func `one from the future, of a night with a wrong clock, hides nothing that has failed since`() {
    let future = BackupRecord.run(.ok, ended: -400 * 86_400)
    let facts = SectionFacts.web1([
      future, .run(.error, ended: 3600), .run(.ok, ended: 50 * 3600),
    ])
    #expect(facts.lastGood == .run(.ok, ended: 50 * 3600))
    #expect(facts.failures.map(\.status) == [.error])
    let finding = Freshness().evaluate(facts)
    #expect(finding.state == .critical)
    #expect(finding.text == "last OK 2d 2h ago (limit 30h), took 7m")
  }

  @Test func `an end in the future is told with its time, and is no age`() {
    let finding = judge(.web1([.run(.ok, ended: -7200)]))
    #expect(finding.text == "last OK ends at 2026-11-24 14:00, in the future")
    #expect(finding.perfdata.first?.value == "-7200")
  }

  private func judge(_ facts: SectionFacts) -> Finding { Freshness().evaluate(facts) }
}
