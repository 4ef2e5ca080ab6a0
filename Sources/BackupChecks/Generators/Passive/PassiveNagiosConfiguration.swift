import Monitoring
import TISBackupCore

/// Hosts and services for a Nagios that is told the results.
package struct PassiveNagiosConfiguration: PassiveConfiguration {
  package init() {}

  package func text(for site: ReportedSite) -> String {
    let header = GeneratedHeader(
      site: site.site, form: NagiosConfiguration.name, mark: "#",
      beside: [
        "Load templates.cfg and commands.cfg beside it. Nothing asks for these services: they turn",
        "CRITICAL when nothing has been reported for freshness_threshold seconds.",
      ], source: site.source)
    let site = loadable(site)
    let hosts = site.site.hasHosts ? [] : site.hosts.map { host($0, in: site) }
    return ([header.text] + hosts + site.entries.map(entry)).joined(separator: "\n")
  }

  private func host(_ host: ReportedHost, in site: ReportedSite) -> String {
    let isOwn = host.name == site.site.backupServer
    return NagiosObject(
      "host",
      [
        ("use", isOwn ? "tisbackup-server" : "tisbackup-protected-host"), ("host_name", host.name),
        ("address", host.address),
      ]
    ).text
  }

  private func entry(_ entry: ReportedSite.Entry) -> String {
    (entry.remark.map { "# \(PluginText.clean($0))\n" } ?? "")
      + (entry.service.map(service) ?? "")
  }

  private func service(_ service: ReportedService) -> String {
    var fields = [
      ("use", service.template), ("host_name", service.name.host),
      ("service_description", service.name.service), ("display_name", service.display),
    ]
    if let notes = service.notes { fields.append(("notes", NagiosText.prose(notes))) }
    if let seconds = service.freshness { fields.append(("freshness_threshold", "\(seconds)")) }
    return NagiosObject("service", fields).text
  }

  /// Without the services whose names mean something else in an object file.
  private func loadable(_ site: ReportedSite) -> ReportedSite {
    var site = site
    site.entries = site.entries.map { entry in
      guard let service = entry.service, let problem = NagiosText.problem(service.name) else {
        return entry
      }
      return .init(
        remark: "UNKNOWN until it is mended: \(service.subject) cannot be reported: \(problem)")
    }
    return site
  }
}
