import Monitoring
import TISBackupCore

/// Says whether a backup is being taken; the last good one still decides.
package struct RunningNow: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    guard let run = facts.running else {
      return Finding(.ok, "", perfdata: [figure(0, facts)])
    }
    let seconds = max(0, facts.now.seconds(since: run.start))
    return Finding(
      .ok, "running since \(TimeSpan(seconds: seconds))", perfdata: [figure(seconds, facts)])
  }

  private func figure(_ seconds: Int, _ facts: SectionFacts) -> Perfdata {
    Perfdata("\(facts.name)_running", Int64(seconds), unit: .seconds, minimum: 0)
  }
}
