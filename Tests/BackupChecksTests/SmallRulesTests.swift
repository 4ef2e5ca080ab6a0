import BackupChecks
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

/// The rules that ask one simple thing each.
struct SmallRulesTests {
  @Test(
    arguments: [
      (.notLookedFor, .ok, ""), (.present, .ok, ""),
      (.notRecorded, .warning, "the catalog does not say where the last good backup is"),
      (.missing("/b/web1/x"), .critical, "the last good backup is gone from /b/web1/x"),
      (
        .olderThanRun("/b/x.gz"), .critical,
        "/b/x.gz is older than the run that should have written it"
      ),
      (
        .hidden("/b/x", reason: "Permission denied"), .unknown,
        "cannot look at /b/x: Permission denied; let this user enter its folder or use --no-location-check"
      ),
    ] as [(LocationState, CheckState, String)])
  func `where the backup should be decides`(
    _ location: LocationState, _ state: CheckState, _ text: String
  ) {
    #expect(Location().evaluate(.web1 { $0.location = location }) == Finding(state, text))
  }

  @Test(arguments: [(nil, false), (0, true), (1, false), (.max, false)] as [(Int64?, Bool)])
  func `a good backup of nothing is a warning`(_ bytes: Int64?, _ isEmpty: Bool) {
    let finding = Emptiness().evaluate(.web1([.run(.ok, ended: 60) { $0.bytes = bytes }]))
    #expect(
      finding
        == (isEmpty
          ? Finding(.warning, "the last good backup is empty (0 bytes)") : Finding(.ok, "")))
  }

  @Test func `an empty run that was not good, or not the last good one, does not matter`() {
    let empty = BackupRecord.run(.error, ended: 60) { $0.bytes = 0 }
    let good = BackupRecord.run(.ok, ended: 600) { $0.bytes = 5 }
    let old = BackupRecord.run(.ok, ended: 9000) { $0.bytes = 0 }
    #expect(Emptiness().evaluate(.web1([empty, good, old])).state == .ok)
    #expect(Emptiness().evaluate(.web1()).state == .ok)
  }

  @Test(
    arguments: [
      ([], 0, ""), ([.run(.ok, ended: 60)], 0, ""),
      ([.running(began: 7260)], 7260, "running since 2h 1m"),
      ([.running(began: 1_000_000)], 1_000_000, "running since 11d 13h"),
      ([.running(began: -60)], 0, "running since 0s"),
      ([.running(began: 86_399, by: nil)], 86_399, "running since 23h 59m"),
      // The old program names no process: after a day its run is taken for dead.
      ([.running(began: 86_400, by: nil)], 0, ""),
      // One that has an end is the trace of a lock it ran into.
      ([.run(.running, ended: 60, took: 2)], 0, ""),
      ([.run(.running, ended: 60, took: 1)], 61, "running since 1m 1s"),
      ([.run(.error, ended: 5), .running(began: 60)], 60, "running since 1m"),
    ] as [([BackupRecord], Int, String)])
  func `a run at work is told and never decides`(
    _ runs: [BackupRecord], _ seconds: Int, _ text: String
  ) {
    let finding = RunningNow().evaluate(.web1(runs))
    #expect(finding.state == .ok)
    #expect(finding.text == text)
    #expect(finding.perfdata.map(\.description) == ["'web1_running'=\(seconds)s;;;0"])
  }

  @Test func `a run whose process is gone is not at work`() {
    let run = BackupRecord.running(began: 60)
    #expect(RunningNow().evaluate(.web1([run]) { $0.dead = [run.start] }).text == "")
  }

  @Test(arguments: [(60, 59, "running since 59s"), (60, 60, ""), (3600, 61, "running since 1m 1s")])
  func `how long a run of the old program may take is a setting`(
    _ limit: Int, _ seconds: Int, _ text: String
  ) {
    let facts = SectionFacts.web1([.running(began: seconds, by: nil)]) {
      $0.judgement.staleRunning = limit
    }
    #expect(RunningNow().evaluate(facts).text == text)
  }

  @Test(
    arguments: [
      ([], ""), ([.run(.ok, ended: -300)], ""),
      ([.run(.ok, ended: -301)], "a run is dated 2026-11-24 12:05, in the future: check the clock"),
      (
        [.run(.error, ended: -86_400)],
        "a run is dated 2026-11-25 12:00, in the future: check the clock"
      ),
      ([.running(began: -301)], "a run is dated 2026-11-24 12:05, in the future: check the clock"),
      ([.running(began: -300)], ""),
      (
        [.run(.ok, ended: 60), .run(.error, ended: -7200)],
        "a run is dated 2026-11-24 14:00, in the future: check the clock"
      ),
    ] as [([BackupRecord], String)])
  func `a run from the future makes every age doubtful`(_ runs: [BackupRecord], _ text: String) {
    let finding = Clock().evaluate(.web1(runs))
    #expect(finding == Finding(text.isEmpty ? .ok : .warning, text))
  }

  @Test(
    arguments: [
      (0, .ok, ""), (1, .unknown, "1 row of the catalog has a start that is not a time"),
      (7, .unknown, "7 rows of the catalog have a start that is not a time"),
    ] as [(Int, CheckState, String)])
  func `rows that nobody understands are told, never guessed`(
    _ rows: Int, _ state: CheckState, _ text: String
  ) {
    #expect(Readable().evaluate(.web1 { $0.unreadable = rows }) == Finding(state, text))
  }
}
