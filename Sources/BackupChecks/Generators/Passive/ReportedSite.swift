import Monitoring
import TISBackupCore

/// What a monitoring server must know to take the results of a backup server: pure, so that every
/// text is a test.
package struct ReportedSite: Sendable, Equatable {
  /// The monitoring ini the names are from.
  package struct Source: Sendable, Equatable {
    /// Nil where there is none, and the defaults hold.
    package var path: String?
    /// Whether the command line named it.
    package var isChosen: Bool

    package init(path: String?, isChosen: Bool) { (self.path, self.isChosen) = (path, isChosen) }
  }

  /// A service, what must be said about one, or both.
  package struct Entry: Sendable, Equatable {
    package var remark: String?
    package var service: ReportedService?

    package init(_ service: ReportedService? = nil, remark: String? = nil) {
      (self.service, self.remark) = (service, remark)
    }
  }

  package var site: MonitoredSite
  package var source: Source
  /// All sections together first, then section by section in the order of the ini.
  package var entries: [Entry]

  /// Takes the names over from `settings`; without them those that hold without a monitoring ini.
  ///
  /// `backupHost` is what results fill in for `{backup_host}`.
  package init(
    _ site: MonitoredSite, of configuration: Configuration,
    announcedBy settings: MonitoringSettings?,
    isChosen: Bool = false, backupHost: String
  ) {
    (self.site, source) = (site, Source(path: settings?.path, isChosen: isChosen))
    let settings = settings ?? .defaults
    let named = settings.namedSubjects(of: configuration.sections, backupHost: backupHost)
    let sections = Dictionary(configuration.sections.map { ($0.name, $0) }) { one, _ in one }
    let bySection = Dictionary(grouping: named.filter(\.isOfSection), by: \.subject.section)
    let summary = named.filter { !$0.isOfSection }.map { subject in
      Self.entry(subject) {
        ReportedService(
          ofAll: $0, configuration.sections.filter(\.isBackedUp), margin: settings.ttlMargin)
      }
    }
    let own = site.sections.flatMap { monitored in
      Self.entries(
        of: monitored, sections[monitored.name], bySection[monitored.name] ?? [],
        margin: settings.ttlMargin)
    }
    entries = Self.eachOnce(Self.strays(in: settings, named) + summary + own)
  }

  package var services: [ReportedService] { entries.compactMap(\.service) }

  /// The hosts the services hang on, each once, in the order of the entries.
  package var hosts: [ReportedHost] {
    let byHost = Dictionary(grouping: services, by: \.name.host)
    var seen: Set<String> = []
    return services.map(\.name.host).filter { seen.insert($0).inserted }.map {
      ReportedHost($0, byHost[$0] ?? [], backupServer: site.backupServer)
    }
  }

  private static func entries(
    of monitored: MonitoredSection, _ section: Section?, _ named: [NamedSubject], margin: Int
  ) -> [Entry] {
    guard let section, section.isBackedUp else {
      return [Entry(remark: "\(monitored.serviceName) is not backed up by design.")]
    }
    return named.map { subject in
      var entry = entry(subject) {
        ReportedService(subject.subject, $0, of: monitored, section: section, margin: margin)
      }
      if subject.subject.kind == .backup, entry.service != nil, let problem = monitored.problem {
        entry.remark = mending(problem)
      }
      return entry
    }
  }

  private static func entry(_ named: NamedSubject, _ service: (AnnouncedName) -> ReportedService)
    -> Entry
  {
    switch named.naming {
    case .service(let name): Entry(service(name))
    case .silenced: Entry(remark: "\(named.subject) is not reported: it is 'off'.")
    case .refused(let problem): Entry(remark: mending(problem.description))
    }
  }

  /// A key that is wrong is told once, not with each section that would need it.
  private static func eachOnce(_ entries: [Entry]) -> [Entry] {
    var told: Set<String> = []
    return entries.filter { entry in
      entry.service != nil || told.insert(entry.remark ?? "").inserted
    }
  }

  /// What is wrong with the rest of `[global]`, so that a default holds instead.
  private static func strays(in settings: MonitoringSettings, _ named: [NamedSubject]) -> [Entry] {
    settings.problems.filter { problem in
      problem.severity == .error && problem.section == nil
        && !named.contains { $0.naming == .refused(problem) }
    }.map { Entry(remark: "A default holds until it is mended: \($0.description)") }
  }

  private static func mending(_ problem: String) -> String {
    "UNKNOWN until it is mended: \(problem)"
  }
}

extension NamedSubject {
  fileprivate var isOfSection: Bool { subject.kind != .summary }
}

extension Section {
  fileprivate var isBackedUp: Bool { type?.isByDesignWithoutBackup != true }
}
