import Monitoring
import TISBackupCore

/// The state of one service, judged just now, on its way to a monitoring server.
package struct PassiveResult: Sendable {
  package var name: AnnouncedName
  /// What the check says of it at this moment; each way there takes as much as it carries.
  package var report: Report
  /// The moment it holds for, never in the future: when the last good backup ended where all is
  /// well, so that a server counts the age of a result from there; else the moment of judgement.
  package var time: Instant
  /// Seconds from now after which a server should no longer believe it.
  package var ttl: Int

  package init(name: AnnouncedName, report: Report, time: Instant, ttl: Int) {
    (self.name, self.report, self.time, self.ttl) = (name, report, time, ttl)
  }

  package var state: CheckState { report.state }
}
