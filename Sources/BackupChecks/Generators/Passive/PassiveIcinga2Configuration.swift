import Monitoring
import TISBackupCore

/// Hosts for an Icinga 2 that is told the results, or services for hosts that are defined elsewhere.
package struct PassiveIcinga2Configuration: PassiveConfiguration {
  package init() {}

  package func text(for site: ReportedSite) -> String {
    let header = GeneratedHeader(
      site: site.site, form: Icinga2Configuration.name, mark: "//",
      beside: [
        "Load tisbackup-command.conf and tisbackup-services.conf beside it. Nothing asks for these",
        "services: they turn CRITICAL when the ttl of the last result, or tisbackup_freshness, is over.",
      ], source: site.source)
    let remarks = site.entries.compactMap(\.remark).map(remark)
    let objects =
      site.site.hasHosts
      ? site.entries.map { entry in
        (entry.remark.map(remark) ?? "") + (entry.service.map(service) ?? "")
      }
      : site.hosts.map(host) + (remarks.isEmpty ? [] : [remarks.joined()])
    return ([header.text] + objects).joined(separator: "\n")
  }

  private func remark(_ text: String) -> String { "// \(PluginText.clean(text))\n" }

  /// A host; the apply rule of tisbackup-services.conf makes its services.
  private func host(_ host: ReportedHost) -> String {
    let lines =
      [
        "object Host \(IcingaText.quote(host.name)) {", "  import \"tisbackup-host\"",
        "  address = \(IcingaText.quote(host.address))",
      ] + host.services.flatMap(entry) + ["}"]
    return lines.map { "\($0)\n" }.joined()
  }

  private func entry(_ service: ReportedService) -> [String] {
    var settings: [(String, String)] = []
    if service.subject.kind != .backup {
      settings.append(("tisbackup_template", IcingaText.quote(service.template)))
    }
    settings.append(("tisbackup_display", IcingaText.quote(service.display)))
    if let seconds = service.freshness { settings.append(("tisbackup_freshness", "\(seconds)")) }
    if let notes = service.notes {
      settings.append(("tisbackup_notes", IcingaText.quoteValue(notes)))
    }
    return ["  vars.tisbackup_reported[\(IcingaText.quote(service.name.service))] = {"]
      + settings.map { "    \($0) = \($1)" } + ["  }"]
  }

  private func service(_ service: ReportedService) -> String {
    var lines = [
      "object Service \(IcingaText.quote(service.name.service)) {",
      "  import \(IcingaText.quote(service.template))",
      "  host_name = \(IcingaText.quote(service.name.host))",
      "  display_name = \(IcingaText.quote(service.display))",
    ]
    if let notes = service.notes { lines.append("  notes = \(IcingaText.quote(notes))") }
    if let seconds = service.freshness {
      lines += ["  check_interval = \(seconds)", "  retry_interval = \(seconds)"]
    }
    return (lines + ["}"]).map { "\($0)\n" }.joined()
  }
}
