import BackupChecks
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("the check of the outbox")
struct OutboxReportTests {
  private static let now = Instant(seconds: 1_700_000_000)

  private func target(
    _ name: String = "icinga", owed: Int = 0, since: Int = 0, delivered: Int? = 600,
    problem: String = ""
  ) -> OutboxTarget {
    var target = OutboxTarget(name: name)
    target.owed = owed
    target.oldest = owed > 0 ? Self.now.adding(seconds: -since) : nil
    target.delivered = delivered.map { Self.now.adding(seconds: -$0) }
    target.problem = problem
    return target
  }

  private func report(_ targets: [OutboxTarget], _ limits: Limits = Limits()) -> Report {
    OutboxReport(on: targets, limits: limits, now: Self.now, zone: .utc).report
  }

  @Test(
    "is a WARNING when something has been owed for over an hour, CRITICAL over a day",
    arguments: [
      (0, 0, CheckState.ok), (1, 3600, .ok), (1, 3601, .warning), (7, 86_400, .warning),
      (1, 86_401, .critical), (1, -60, .ok),
    ])
  func states(_ owed: Int, _ age: Int, _ state: CheckState) {
    #expect(report([target(owed: owed, since: age)]).state == state)
  }

  @Test("says to whom, how much, how long, why, and when something last arrived")
  func text() {
    let owed = target(owed: 2, since: 7500, problem: "[icinga]: nobody answers")
    #expect(
      report([owed]).summary
        == "icinga: owed 2 announcements for 2h 5m (warn 1h); [icinga]: nobody answers; last delivery 2023-11-14 22:03"
    )
    #expect(report([target()]).summary == "icinga: nothing is owed, last delivery 2023-11-14 22:03")
    #expect(
      report([target(owed: 1, since: 5, delivered: nil)]).summary
        == "icinga: owed 1 announcement for 5s (limit 24h); none arrived yet")
    #expect(report([target(), target("nagios")]).summary == "2 targets, nothing is owed")
    let fresh = [target(owed: 2, since: 5), target("nagios")]
    #expect(report(fresh).summary == "2 owed, all of it fresh")
  }

  @Test("knows what is owed to targets nobody can name while their ini cannot be read")
  func everybody() {
    let all = report([target("*", owed: 3, since: 4000), target()])
    #expect(all.state == .warning)
    #expect(all.summary.contains("every target owed 3 announcements for 1h 6m"), "\(all.summary)")
    #expect(!all.perfdata.contains { $0.label.contains("*") })
  }

  @Test("has figures whose names and limits never change")
  func figures() {
    #expect(
      report([target(owed: 2, since: 7500), target("nagios")]).perfdata.map(\.description) == [
        "'targets'=2;;;0", "'owed'=2;;;0", "'oldest_owed'=7500s;3600;86400;0",
        "'icinga_owed'=2;;;0", "'icinga_oldest'=7500s;3600;86400;0", "'nagios_owed'=0;;;0",
        "'nagios_oldest'=0s;3600;86400;0",
      ])
  }

  @Test("takes other limits from the command line, each by itself")
  func limits() {
    let owed = [target(owed: 1, since: 120)]
    #expect(report(owed, Limits(warning: Threshold(atMost: 60))).state == .warning)
    #expect(report(owed, Limits(critical: Threshold(atMost: 60))).state == .critical)
  }
}
