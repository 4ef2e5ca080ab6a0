import BackupChecks
import Monitoring
import OutsideWorld
import TISBackupCore

/// Judges subjects as `check_tisbackup` does, at the moment they are announced: same rules, same
/// words, same figures.
package struct PassiveJudgement: Sendable {
  package let configuration: Configuration
  package let settings: MonitoringSettings
  package let world: World
  /// The name of this machine.
  package let backupHost: String
  /// What the monitoring ini makes of every name, found once for all announcements.
  private let namings: [AnnouncedSubject: NamedSubject.Naming]
  /// Seconds the backups may be looked for on disk.
  private static let surveyLimit = 5

  package init(
    _ configuration: Configuration, _ settings: MonitoringSettings, world: World, backupHost: String
  ) {
    (self.configuration, self.settings) = (configuration, settings)
    (self.world, self.backupHost) = (world, backupHost)
    let named = settings.namedSubjects(of: configuration.sections, backupHost: backupHost)
    namings = Dictionary(named.map { ($0.subject, $0.naming) }) { one, _ in one }
  }

  /// What there is to say about one subject.
  package enum Verdict: Sendable {
    case result(PassiveResult)
    /// Nobody is to hear of it: silenced by the monitoring ini, or gone from the backup ini.
    case silent
    /// No server can have a service of that name; a sentence with the cure.
    case unnamed(String)
  }

  /// The verdicts, in the order asked.
  ///
  /// Throws when the catalog cannot be read: then nothing is known.
  package func verdicts(on subjects: [AnnouncedSubject]) throws(BackupError) -> [Verdict] {
    let byName = Dictionary(configuration.sections.map { ($0.name, $0) }) { one, _ in one }
    let catalog = try configuration.catalog(.read, zone: world.zone)
    var names: [AnnouncedSubject: AnnouncedName] = [:]
    var verdicts: [AnnouncedSubject: Verdict] = [:]
    for subject in subjects {
      switch namings[subject] {
      case .service(let name): names[subject] = name
      case .refused(let problem): verdicts[subject] = .unnamed(problem.description)
      case .silenced, nil: break
      }
    }
    for kind in AnnouncedSubject.Kind.allCases {
      let wanted = subjects.filter { $0.kind == kind && names[$0] != nil }
      guard !wanted.isEmpty else { continue }
      let facts = try facts(of: kind, wanted.compactMap { byName[$0.section] }, catalog)
      for subject in wanted {
        guard let name = names[subject], let facts = facts[subject.section] else { continue }
        verdicts[subject] = .result(result(on: facts, name))
      }
    }
    return subjects.map { verdicts[$0] ?? .silent }
  }

  /// The facts each subject of one kind is judged by, by its section.
  private func facts(
    of kind: AnnouncedSubject.Kind, _ sections: [Section], _ catalog: Catalog
  ) throws(BackupError) -> [String: CheckFacts] {
    var settings = CheckSettings()
    settings.judgement.tellsTimes = true
    settings.judgement.type = kind == .export ? .export : .backup
    var survey = DiskSurvey()
    survey.deadline = .now + .seconds(Self.surveyLimit)
    let gatherer = FactGatherer(
      configuration: configuration, catalog: catalog, settings: settings, now: world.now(),
      isAlive: world.isAlive, survey: survey)
    guard kind != .summary else {
      return ["": try gatherer.wholeFacts(about: configuration.sections)]
    }
    let all = try gatherer.facts(about: sections).sections.map { facts in
      var lone = CheckFacts(sections: [facts])
      lone.isWhole = false
      return (facts.name, lone)
    }
    return Dictionary(all) { one, _ in one }
  }

  private func result(on facts: CheckFacts, _ name: AnnouncedName) -> PassiveResult {
    let report = Report(on: facts)
    let now = facts.sections.first?.now ?? world.now()
    let ends = facts.sections.compactMap { $0.lastGood.map { $0.end ?? $0.start } }
    // Of several backups the oldest: the whole is as good as its weakest part.
    let time = report.state == .ok ? min(ends.min() ?? now, now) : now
    let left = facts.sections.filter { !$0.isByDesignWithoutBackup }.map(secondsLeft).min()
    return PassiveResult(
      name: name, report: report, time: time, ttl: (left ?? Self.day) + settings.ttlMargin)
  }

  private static let day = 24 * 3600

  /// Seconds until a section without another good backup is overdue.
  ///
  /// What is overdue, or has no backup, is told so already: there the wait begins anew, lest the
  /// reason be replaced by a bare "stale".
  private func secondsLeft(_ facts: SectionFacts) -> Int {
    let limit = facts.limits.age.critical?.end ?? .infinity
    let maximum = limit.isFinite ? Int(limit) : Self.day
    guard let age = facts.age, age >= 0, age < maximum else { return maximum }
    return maximum - age
  }
}
