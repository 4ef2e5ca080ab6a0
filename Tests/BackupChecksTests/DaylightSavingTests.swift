import BackupChecks
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Ages and texts across the nights in which the clocks of Paris change.
@Suite(.scratch)
struct DaylightSavingTests {
  /// Seconds of real time; the wall of Paris is told beside each.
  private static let autumn = 1_792_890_000
  private static let spring = 1_806_195_600

  @Test(arguments: [
    // Saturday 13:00 to Sunday 13:00 on the wall: 25 hours in autumn, 23 in spring.
    (autumn, 13 * 3600 + 3600, 25 * 3600), (spring, 13 * 3600 - 3600, 23 * 3600),
  ])
  func `an age is real time, whatever the wall says`(_ change: Int, _ before: Int, _ age: Int)
    throws
  {
    // `before` seconds before the change and 11 or 12 hours after it, the wall shows the same hour.
    let site = try Site(zone: .paris)
    let end = Instant(seconds: change - before)
    let now = end.adding(seconds: age)
    #expect(
      LocalZone.paris.civilTime(at: end).hour == LocalZone.paris.civilTime(at: now).hour)
    var record = BackupRecord(section: "web1", start: end.adding(seconds: -60), status: .ok)
    record.end = end
    try site.add(record)
    let facts = try site.facts(Site.rsync("web1"), now: now)[0]
    #expect(facts.age == age)
    for (limit, state) in [(age / 3600, CheckState.ok), (age / 3600 - 1, .critical)] {
      let lines = Site.rsync("web1", "maximum_backup_age = \(limit)")
      let judged = try site.facts(lines, now: now, look: { _ in .present })[0]
      #expect(SectionRules.item(for: judged).state == state, "limit \(limit)h")
    }
  }

  @Test func `our own rows keep the two readings of the repeated hour apart`() throws {
    let site = try Site(zone: .paris)
    for offset in [-1800, 1800] {
      var record = BackupRecord(
        section: "web1", start: Instant(seconds: Self.autumn + offset - 60), status: .ok)
      record.end = Instant(seconds: Self.autumn + offset)
      try site.add(record)
    }
    let now = Instant(seconds: Self.autumn + 3600)
    let facts = try site.facts(Site.rsync("web1"), now: now)[0]
    #expect(facts.runs.map { now.seconds(since: $0.end ?? now) } == [1800, 5400])
    #expect(facts.age == 1800)
  }

  @Test(arguments: [
    // A row of the old program, the end of it in real seconds from the change in autumn.
    ("2026-10-25T01:00:00", "2026-10-25T01:10:00", -6600),
    // 02:30 was twice: the first reading makes a backup look older, never fresher.
    ("2026-10-25T02:30:00", "2026-10-25T02:40:00", -1200),
    // It ended at 02:10 after it began at 02:50: that can only be the second 02:10.
    ("2026-10-25T02:50:00", "2026-10-25T02:10:00", 600),
    ("2026-10-25T03:00:00", "2026-10-25T03:10:00", 4200),
  ])
  func `a local time of the old program in the repeated hour is never taken for fresher`(
    _ start: String, _ end: String, _ seconds: Int
  ) async throws {
    let site = try Site(zone: .paris)
    try await site.addOldRow(start: start, end: end)
    let now = Instant(seconds: Self.autumn + 12 * 3600)
    #expect(try site.facts(Site.rsync("web1"), now: now)[0].age == 12 * 3600 - seconds)
  }

  @Test func `a time of the hour that was left out in spring is still a time`() async throws {
    let site = try Site(zone: .paris)
    try await site.addOldRow(start: "2027-03-28T02:30:00", end: "2027-03-28T03:40:00")
    let facts = try site.facts(
      Site.rsync("web1"), now: Instant(seconds: Self.spring + 3600))[0]
    #expect(facts.unreadable == 0)
    #expect(facts.age == 3600 - 2400)
    #expect(facts.lastGood?.duration == 600)
  }

  @Test func `the newest run is told in the time of the wall, before and after the change`() {
    let runs = [-3600, 3600].map { offset in
      var run = BackupRecord(
        section: "web1", start: Instant(seconds: Self.autumn + offset), status: .error)
      run.end = run.start
      return run
    }
    let texts = runs.map { run in
      LastRun().evaluate(
        .web1([run]) { ($0.zone, $0.now) = (.paris, Instant(seconds: Self.autumn + 9000)) }
      ).text
    }
    #expect(
      texts == ["1 failed run, at 2026-10-25 02:00", "1 failed run, at 2026-10-25 03:00"])
  }

  @Test(arguments: [(-1, "2026-10-25T02:59:59+02:00"), (0, "2026-10-25T02:00:00+01:00")])
  func `JSON tells the offset, so that no hour is twice`(_ offset: Int, _ text: String) throws {
    var run = BackupRecord(
      section: "web1", start: Instant(seconds: Self.autumn - 600), status: .ok)
    run.end = Instant(seconds: Self.autumn + offset)
    let facts = SectionFacts.web1([run]) {
      ($0.zone, $0.now) = (.paris, Instant(seconds: Self.autumn + 3600))
    }
    let document = try JSON(
      parsing: CheckDocument(
        Report(on: CheckFacts(sections: [facts])), CheckFacts(sections: [facts])
      ).text)
    #expect(document["sections"]?[0]?["last_ok"] == .text(text))
    #expect(document["sections"]?[0]?["age"] == .number(Double(3600 - offset)))
  }
}
