import ArgumentParser
import BackupChecks
import Glibc
import Monitoring
import TISBackupCore

extension CheckCommand {
  /// Parses, reads, judges: an answer for everything, also for what went wrong on the way.
  static func answer(_ arguments: [String]) -> Answer {
    let command: CheckCommand
    do {
      command = try CheckCommand.parse(arguments)
    } catch let error where exitCode(for: error).isSuccess {
      return Answer(text: fullMessage(for: error), state: .unknown)  // --help
    } catch {
      return .unknown(message(for: error))
    }
    guard !command.presentation.version else {
      return Answer(text: "check_tisbackup \(suiteVersion)", state: .unknown)
    }
    CrashGuard.limit(seconds: command.presentation.timeout)
    do throws(BackupError) {
      return try command.evaluate(now: .current(), zone: .system)
    } catch {
      return .unknown(error.oneLine, byteBudget: command.presentation.byteBudget)
    }
  }

  private func evaluate(now: Instant, zone: LocalZone) throws(BackupError) -> Answer {
    var survey = DiskSurvey(deadline: surveyDeadline)
    survey.isApart = true
    CrashGuard.stage("reading the configuration \(configurationPath)")
    let configuration = try Configuration(path: configurationPath, base: selection.backupDir)
    if selection.outbox { return try outboxAnswer(configuration.layout, now: now, zone: zone) }
    let sections = try chosenSections(of: configuration)
    if let form = generation.generate {
      return try generation.answer(configuration, sections, form)
    }
    CrashGuard.stage("reading the catalog")
    let catalog = try openCatalog(configuration.layout, zone)
    let gatherer = FactGatherer(
      configuration: configuration, catalog: catalog, settings: settings, now: now,
      survey: survey, stage: CrashGuard.stage)
    let facts = try facts(gatherer, sections)
    CrashGuard.stage("")
    return answer(about: facts, read: [configuration.path, catalog.path])
  }

  /// Of the time there is, a quarter is kept for telling what hangs.
  private var surveyDeadline: ContinuousClock.Instant? {
    presentation.timeout == 0 ? nil : .now + .milliseconds(presentation.timeout * 750)
  }

  private func facts(_ gatherer: FactGatherer, _ sections: [Section]) throws(BackupError)
    -> CheckFacts
  {
    let isChosen = !selection.section.isEmpty || selection.hostname != nil
    guard !isChosen else { return try gatherer.facts(about: sections) }
    return try gatherer.wholeFacts(
      about: sections,
      includes: SectionSelection(included: [], excluded: selection.exclude).includes)
  }

  /// What monitoring servers are owed, from the catalog: the ini with its secrets is not needed.
  private func outboxAnswer(_ layout: DiskLayout, now: Instant, zone: LocalZone)
    throws(BackupError) -> Answer
  {
    CrashGuard.stage("reading the catalog")
    let catalog = try openCatalog(layout, zone)
    let targets = try catalog.outboxTargets()
    guard !targets.isEmpty else {
      throw BackupError(.configuration, .noTargets, hint: .addTarget)
    }
    CrashGuard.stage("")
    let report = OutboxReport(
      on: targets, limits: Limits(warning: thresholds.warning, critical: thresholds.critical),
      now: now, zone: zone
    ).report
    return answer(
      report, CheckDocument(onOthers: report), CheckFacts(sections: []), read: [catalog.path])
  }

  private func answer(about facts: CheckFacts, read files: [String]) -> Answer {
    let report = Report(on: facts)
    return answer(report, CheckDocument(report, facts), facts, read: files)
  }

  private func answer(
    _ report: Report, _ document: @autoclosure () -> CheckDocument, _ facts: CheckFacts,
    read files: [String]
  ) -> Answer {
    let told =
      switch presentation.output {
      case .nagios: Answer(report, form: form(files))
      case .json: Answer(text: document().text, state: report.state)
      case .human: Answer(text: HumanPage(report, facts).text, state: report.state)
      }
    return presentation.exitOK ? told.exiting(with: .ok) : told
  }

  private func form(_ files: [String]) -> ReportForm {
    let read = presentation.verbose > 2 ? " (read \(files.joined(separator: " and ")))" : ""
    return ReportForm(
      detail: presentation.brief ? .brief : presentation.isLengthy ? .lengthy : .normal,
      figures: presentation.perfdata, listsLoneItem: presentation.verbose > 0,
      byteBudget: presentation.byteBudget,
      remark: read + (presentation.exitOK ? " (exit status 0 by --exit-ok)" : ""))
  }

  private var configurationPath: String { Configuration.path(chosen: selection.config) }

  private func chosenSections(of configuration: Configuration) throws(BackupError) -> [Section] {
    let sections = try SectionSelection(included: selection.section, excluded: selection.exclude)
      .choose(from: configuration.sections, in: configuration.path)
    guard let hostname = selection.hostname else { return sections }
    let ofHost = sections.filter { $0.server.lowercased() == hostname.lowercased() }
    guard !ofHost.isEmpty else {
      throw BackupError(
        .usage, .noSection(of: hostname, configuration.path), hint: .compareServerName)
    }
    return ofHost
  }

  /// A missing catalog is most often a disk that is not mounted.
  private func openCatalog(_ layout: DiskLayout, _ zone: LocalZone) throws(BackupError) -> Catalog {
    if selection.database == nil { try layout.requireBase() }
    return try Catalog(path: selection.database ?? layout.catalog, access: .check, zone: zone)
  }
}

extension BackupError.Message {
  fileprivate static func noSection(of host: String, _ path: String) -> Self {
    "no section of \(path) has server_name '\(host)'"
  }
  fileprivate static let compareServerName: Self = "Compare -H with server_name in the ini."
  fileprivate static let noTargets: Self =
    "no monitoring server is known that could be owed anything"
  fileprivate static let addTarget: Self =
    "Write tisbackup-monitoring.ini, then run tisbackup-submit --all."
}
