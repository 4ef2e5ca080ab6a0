import BackupChecks
import BackupJobs
import Monitoring
import TISBackupCore

/// How all backups are at one moment: the judgement of `check_tisbackup`, and what stands behind it.
struct Situation: Sendable {
  let configuration: Configuration
  let facts: CheckFacts
  let report: Report
  /// The runs of the last days by section and local day.
  let days: [String: [String: DayOfRuns]]
  /// The days of the calendar, oldest first, `2026-11-28`.
  let calendar: [String]
  let now: Instant
  let zone: LocalZone

  /// Days that are shown.
  static let length = 30

  /// Reads and judges; throws what the check would answer UNKNOWN to.
  init(_ configuration: Configuration, now: Instant, zone: LocalZone) throws(BackupError) {
    (self.configuration, self.now, self.zone) = (configuration, now, zone)
    try configuration.layout.requireBase()
    let catalog = try configuration.catalog(.check, zone: zone)
    // A disk that hangs may not hang the page: it is told as the check tells it.
    let survey = DiskSurvey(deadline: .now + .seconds(5))
    let gatherer = FactGatherer(
      configuration: configuration, catalog: catalog, settings: CheckSettings(), now: now,
      survey: survey)
    facts = try gatherer.wholeFacts(about: configuration.sections)
    report = Report(on: facts)
    calendar = Self.calendar(until: now, zone)
    days = try catalog.days(
      of: configuration.sections.map(\.name), since: calendar.first ?? "")
  }

  func item(_ section: String) -> Report.Item? {
    (report.items + report.others).first { $0.name == section }
  }

  func facts(_ section: String) -> SectionFacts? { facts.sections.first { $0.name == section } }

  /// What the run of a section does that is at work now; nil where none is.
  func progress(of name: String) -> String? {
    guard let run = facts(name)?.running else { return nil }
    let section = configuration.sections.first { $0.name == name }
    let folder = section.map(configuration.layout.folder)
    return ProgressFile.read(in: folder, by: run.writer?.pid)?.text ?? "at work"
  }

  /// Bytes that all sections stored anew on each day of the calendar.
  var writtenByDay: [Int64] {
    calendar.map { day in days.values.reduce(0) { $0 + ($1[day]?.writtenBytes ?? 0) } }
  }

  private static func calendar(until now: Instant, _ zone: LocalZone) -> [String] {
    let today = zone.civilTime(at: now)
    let noon = CivilTime(year: today.year, month: today.month, day: today.day, hour: 12)
    return (0..<length).reversed().map { ago in
      let day = CivilTime(secondsSince1970: noon.secondsSince1970 - ago * 86_400)
      return "\(padded(day.year, 4))-\(padded(day.month, 2))-\(padded(day.day, 2))"
    }
  }
}
