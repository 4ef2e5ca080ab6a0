import ArgumentParser
import BackupChecks
import Monitoring
import TISBackupCore

/// Configuration that is printed instead of an answer about the backups.
struct GenerateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Print the configuration of a monitoring server, made from the ini.", valueName: "form"))
  var generate: GeneratedForm?

  @Flag(help: "Hosts are defined elsewhere: print services alone.")
  var existingHosts = false

  @Option(
    help: ArgumentHelp(
      "The host object of the backup server (default: the name of this machine).",
      valueName: "name"))
  var backupServer: String?

  @Flag(help: "Print services that are reported by tisbackup-run, and not asked for.")
  var passive = false

  @Option(
    help: ArgumentHelp(
      "The monitoring ini that names them (default: monitoring_config, else "
        + "\(MonitoringSettings.fileName) beside the ini).",
      valueName: "file"))
  var monitoring: String?

  func validate() throws {
    guard generate != nil || !isUsed else {
      throw ValidationError(
        "--existing-hosts, --backup-server, --passive and --monitoring belong to --generate: "
          + "give it, too")
    }
    guard passive || monitoring == nil else {
      throw ValidationError("--monitoring names what is reported: give --passive, too")
    }
    guard let form = generate, passive, form.configuration.passive == nil else { return }
    let able = MonitoringConfigurations.all.filter { $0.passive != nil }.map { $0.name }
    throw ValidationError(
      "--passive is for \(able.joined(separator: ", ")): --generate \(form.configuration.name) "
        + "prints nothing that is reported")
  }

  private var isUsed: Bool {
    existingHosts || backupServer != nil || passive || monitoring != nil
  }

  /// The configuration for these sections.
  func answer(_ configuration: Configuration, _ sections: [Section], _ form: GeneratedForm)
    throws(BackupError) -> Answer
  {
    let site = MonitoredSite(
      configuration, sections: sections, backupServer: backupServer ?? MachineName.current(),
      hasHosts: existingHosts)
    guard passive, let reporting = form.configuration.passive else {
      return Answer(text: form.configuration.init().text(for: site), state: .ok)
    }
    let reported = ReportedSite(
      site, of: configuration, announcedBy: try settings(for: configuration),
      isChosen: monitoring != nil, backupHost: backupServer ?? MachineName.current())
    return Answer(text: reporting.init().text(for: reported), state: .ok)
  }

  /// The monitoring ini; nil where there is none.
  private func settings(for configuration: Configuration) throws(BackupError)
    -> MonitoringSettings?
  {
    guard let path = MonitoringSettings.path(chosen: monitoring, for: configuration) else {
      return nil
    }
    CrashGuard.stage("reading the monitoring configuration \(path)")
    return try MonitoringSettings(path: path)
  }
}

/// A word of `--generate`: one of the registry.
struct GeneratedForm: ExpressibleByArgument {
  var configuration: any MonitoringConfiguration.Type

  init?(argument: String) {
    guard let configuration = MonitoringConfigurations.named(argument) else { return nil }
    self.configuration = configuration
  }

  static var allValueStrings: [String] { MonitoringConfigurations.all.map { $0.name } }
}
