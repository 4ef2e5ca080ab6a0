import BackupChecks
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

struct LastRunTests {
  private static let good = BackupRecord.run(.ok, ended: 7200)

  @Test(
    arguments: [
      ([], .ok, "", 0), ([good], .ok, "", 0),
      ([.run(.error, ended: 60), good], .ok, "1 failed run since, at 2026-11-24 11:52", 1),
      ([.run(.error, ended: 60)], .ok, "1 failed run, at 2026-11-24 11:52", 1),
      ([.run(.other("Odd"), ended: 60), good], .ok, "1 failed run since, at 2026-11-24 11:52", 1),
      ([.run(.warning, ended: 60), good], .warning, "1 partial run since, at 2026-11-24 11:52", 1),
      (
        [.run(.error, ended: 60), .run(.error, ended: 600), good], .ok,
        "2 runs without success since, the last failed, at 2026-11-24 11:52", 2
      ),
      (
        [.run(.warning, ended: 60), .run(.error, ended: 600), good], .warning,
        "2 runs without success since, the last partial, at 2026-11-24 11:52", 2
      ),
      // A newer failure tells more than the partial run before it.
      (
        [.run(.error, ended: 60), .run(.warning, ended: 600), good], .ok,
        "2 runs without success since, the last failed, at 2026-11-24 11:52", 2
      ),
      (
        [.run(.error, ended: 60), .run(.error, ended: 90), .run(.error, ended: 99)], .ok,
        "3 runs without success, the last failed, at 2026-11-24 11:52", 3
      ),
      // What was before the good one is over.
      ([good, .run(.error, ended: 9000), .run(.warning, ended: 9500)], .ok, "", 0),
      // A run at work is neither a failure nor a success.
      ([.running(began: 60), good], .ok, "", 0),
      (
        [.running(began: 60), .run(.error, ended: 600), good], .ok,
        "1 failed run since, at 2026-11-24 11:43", 1
      ),
    ] as [([BackupRecord], CheckState, String, Int)])
  func `runs since the last good one are counted and the newest is told`(
    _ runs: [BackupRecord], _ state: CheckState, _ text: String, _ failures: Int
  ) {
    let finding = LastRun().evaluate(.web1(runs))
    #expect(finding.state == state)
    #expect(finding.text == text)
    #expect(finding.perfdata.map(\.description) == ["'web1_failures'=\(failures);;;0"])
  }

  @Test func `a run whose process is gone has died, and the process is named`() {
    let run = BackupRecord.running(began: 3600)
    let finding = LastRun().evaluate(.web1([run, Self.good]) { $0.dead = [run.start] })
    #expect(finding.state == .ok)
    #expect(
      finding.text == "1 run that died since, at 2026-11-24 11:00: process 4711 is gone")
  }

  @Test func `a run of the old program that never ended has died after a day`() {
    let run = BackupRecord.running(began: 86_400, by: nil)
    let finding = LastRun().evaluate(.web1([run]))
    #expect(
      finding
        == Finding(
          .warning, "1 run that died, at 2026-11-23 12:00: it never ended",
          perfdata: finding.perfdata))
  }

  @Test(arguments: [
    ("", ""), ("\n\n", ""), ("disk full", ": disk full"), ("first\nsecond", ": first"),
    ("\n\nthird", ": third"),
    ("a|b\u{1b}[31m c", ": a/b c"), ("tab\there", ": tab here"),
    (
      String(repeating: "x", count: 200), ": " + String(repeating: "x", count: 157) + "..."
    ),
  ])
  func `the first line of its log says why, clean and short`(_ log: String, _ told: String) {
    let facts = SectionFacts.web1([.run(.error, ended: 60), Self.good]) { $0.failureLog = log }
    #expect(LastRun().evaluate(facts).text == "1 failed run since, at 2026-11-24 11:52" + told)
  }
}
