import Monitoring

/// Commands for the NRPE of the backup server: one for all, one a section, one a protected host.
///
/// The limits stay on the backup server, in the ini: nothing is taken from the network but the name
/// of a command, so it works where NRPE is built without arguments, as on Debian.
package struct NRPEConfiguration: MonitoringConfiguration {
  package static let name = "nrpe"
  package static let summary = "commands for NRPE on the backup server"

  package init() {}

  package func text(for site: MonitoredSite) -> String {
    let header = GeneratedHeader(
      site: site, form: Self.name, mark: "#",
      beside: ["Put it into /etc/nagios/nrpe.d of the backup server and reload nagios-nrpe-server."]
    )
    let hosts = (site.protectsItself ? [site.backupServer] : []) + site.protectedHosts
    let commands =
      [
        command("check_tisbackup_all", "", in: site),
        command(
          "check_tisbackup_catalog", " --exit-ok --brief --perfdata=none --no-location-check",
          in: site),
        command("check_tisbackup_outbox", " --outbox", in: site),
      ]
      + site.backedUp.map {
        command("check_tisbackup_section_\($0.serviceName)", " --section='\($0.pattern)'", in: site)
      }
      + hosts.map { command("check_tisbackup_host_\($0)", " --hostname='\($0)'", in: site) }
    return header.text + "\n" + commands.joined()
  }

  private func command(_ name: String, _ options: String, in site: MonitoredSite) -> String {
    let file = site.unusualPath.map { " -f \(ShellText.quote(PluginText.clean($0)))" } ?? ""
    return "command[\(name)]=/usr/lib/nagios/plugins/check_tisbackup\(file)\(options)\n"
  }
}
