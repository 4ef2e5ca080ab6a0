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
    guard !command.version else {
      return Answer(text: "check_tisbackup \(suiteVersion)", state: .unknown)
    }
    CrashGuard.limit(seconds: command.timeout)
    do throws(BackupError) {
      return try command.evaluate(now: .current(), zone: .system)
    } catch {
      return .unknown(error.oneLine)
    }
  }

  private func evaluate(now: Instant, zone: LocalZone) throws(BackupError) -> Answer {
    CrashGuard.stage("reading the configuration \(configurationPath)")
    let configuration = try Configuration(path: configurationPath, base: backupDir)
    let sections = try chosenSections(of: configuration)
    CrashGuard.stage("reading the catalog")
    let catalog = try openCatalog(configuration.layout, zone)
    var settings = CheckSettings(warning: warning, critical: critical)
    settings.looksForBackups = !noLocationCheck
    let gatherer = FactGatherer(
      configuration: configuration, catalog: catalog, settings: settings, now: now,
      stage: CrashGuard.stage)
    let facts = try gatherer.facts(about: sections)
    CrashGuard.stage("")
    return answer(about: facts)
  }

  private func answer(about facts: [SectionFacts]) -> Answer {
    let report = SectionRules.report(on: facts)
    switch output {
    case .nagios: return Answer(report, verbosity: verbose)
    case .json: return Answer(text: CheckDocument(report, facts).text, state: report.state)
    }
  }

  private var configurationPath: String { Configuration.path(chosen: config) }

  private func chosenSections(of configuration: Configuration) throws(BackupError) -> [Section] {
    let sections = try SectionSelection(included: section, excluded: exclude)
      .choose(from: configuration.sections, in: configuration.path)
    guard let hostname else { return sections }
    let ofHost = sections.filter { $0.server == hostname }
    guard !ofHost.isEmpty else {
      throw BackupError(
        .usage, .noSection(of: hostname, configuration.path), hint: .compareServerName)
    }
    return ofHost
  }

  /// A missing catalog is most often a disk that is not mounted.
  private func openCatalog(_ layout: DiskLayout, _ zone: LocalZone) throws(BackupError) -> Catalog {
    if database == nil { try layout.requireBase() }
    return try Catalog(path: database ?? layout.catalog, access: .check, zone: zone)
  }
}

extension BackupError.Message {
  fileprivate static func noSection(of host: String, _ path: String) -> Self {
    "no section of \(path) has server_name '\(host)'"
  }
  fileprivate static let compareServerName: Self = "Compare -H with server_name in the ini."
}
