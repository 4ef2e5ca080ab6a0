import Monitoring
import PassiveChecks
import TISBackupCore
import TISBackupTestSupport
import Testing

extension PassiveResult {
  /// A result of one section, `backup-web1` of `web1` unless told otherwise.
  static func sample(
    _ state: CheckState = .ok, _ text: String = "last OK 22h ago", host: String = "web1",
    service: String = "backup-web1",
    perfdata: [Perfdata] = [Perfdata("web1_age", 79_200, unit: .seconds)]
  ) -> PassiveResult {
    PassiveResult(
      name: AnnouncedName(host: host, service: service),
      report: Report(
        plugin: "TISBACKUP",
        items: [Report.Item(name: "web1", state: state, text: text, perfdata: perfdata)]),
      time: Instant(seconds: 1_795_457_454), ttl: 90_000)
  }
}

/// The first target of a monitoring ini with these lines.
func target(_ lines: String) throws -> Section {
  let settings = MonitoringSettings(
    document: INIDocument(parsing: Array(lines.utf8), path: "tisbackup-monitoring.ini"))
  return try #require(settings.targets.first)
}
