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

  func validate() throws {
    guard generate != nil || !existingHosts && backupServer == nil else {
      throw ValidationError(
        "--existing-hosts and --backup-server belong to --generate: give it, too")
    }
  }

  /// The configuration for these sections.
  func answer(_ configuration: Configuration, _ sections: [Section], _ form: GeneratedForm)
    -> Answer
  {
    let site = MonitoredSite(
      configuration, sections: sections, backupServer: backupServer ?? MachineName.current(),
      hasHosts: existingHosts)
    return Answer(text: form.configuration.init().text(for: site), state: .ok)
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
