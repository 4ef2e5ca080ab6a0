import BackupChecks
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

extension Instant {
  /// When the checks of these tests happen: 2026-11-24, noon in Greenwich.
  static let noon = Instant(seconds: 1_795_521_600)
}

extension BackupRecord {
  /// A run of `web1` that ended so many seconds before noon, after `took` seconds.
  static func run(
    _ status: RunStatus, ended age: Int, took: Int = 420, change: (inout Self) -> Void = { _ in }
  ) -> BackupRecord {
    var record = BackupRecord(
      section: "web1", start: .noon.adding(seconds: -age - took), status: status)
    record.end = .noon.adding(seconds: -age)
    change(&record)
    return record
  }

  /// A run that began so many seconds before noon and has no end, by one of our tools or by the
  /// old program, which names no writer.
  static func running(began age: Int, by writer: ProcessIdentity? = .scripted) -> BackupRecord {
    var record = BackupRecord(
      section: "web1", start: .noon.adding(seconds: -age), status: .running)
    record.end = record.start
    record.writer = writer
    return record
  }
}

extension SectionFacts {
  /// The facts about `web1` at noon, in Greenwich.
  static func web1(
    _ runs: [BackupRecord] = [], maximumAge: Int? = 30 * 3600,
    change: (inout SectionFacts) -> Void = { _ in }
  ) -> SectionFacts {
    var facts = SectionFacts(
      name: "web1", server: "web1.example.com", type: "rsync", now: .noon, zone: .utc)
    facts.runs = runs
    facts.limits.age.critical = maximumAge.map { Threshold(atMost: Double($0)) }
    facts.location = .present
    change(&facts)
    return facts
  }
}

extension Limits {
  /// Limits in the text form of ranges.
  static func of(_ warning: String?, _ critical: String?) throws -> Limits {
    Limits(warning: try range(warning), critical: try range(critical))
  }
}

/// A range as the command line has it, in seconds.
func range(_ text: String?) throws -> Threshold? { try text.map { try Threshold(parsing: $0) } }
