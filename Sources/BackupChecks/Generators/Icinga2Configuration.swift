import Monitoring

/// Hosts for the apply rules of Icinga 2, or services for hosts that are defined elsewhere.
package struct Icinga2Configuration: MonitoringConfiguration {
  package static let name = "icinga2"
  package static let summary = "hosts for the apply rules of Icinga 2"
  package static let passive: (any PassiveConfiguration.Type)? = PassiveIcinga2Configuration.self

  package init() {}

  package func text(for site: MonitoredSite) -> String {
    let header = GeneratedHeader(
      site: site, form: Self.name, mark: "//",
      beside: [
        "Load tisbackup-command.conf and tisbackup-services.conf beside it."
      ])
    let objects = site.hasHosts ? services(of: site) : hosts(of: site)
    return ([header.text] + objects).joined(separator: "\n")
  }

  // MARK: hosts and their variables

  private func hosts(of site: MonitoredSite) -> [String] {
    ([site.backupServer] + site.protectedHosts).map { host($0, in: site) } + remarks(of: site)
  }

  private func host(_ name: String, in site: MonitoredSite) -> String {
    var lines = [
      "object Host \(IcingaText.quote(name)) {", "  import \"tisbackup-host\"",
      "  address = \(IcingaText.quote(site.address(of: name)))",
    ]
    if name == site.backupServer {
      lines.append("  vars.tisbackup_server = true")
    } else {
      lines.append("  vars.tisbackup_backup_server = \(IcingaText.quote(site.backupServer))")
    }
    if let path = site.unusualPath {
      lines.append("  vars.tisbackup_config = \(IcingaText.quoteValue(path))")
    }
    lines += site.backedUp.filter { $0.host == name }.flatMap(entry)
    return (lines + ["}"]).map { "\($0)\n" }.joined()
  }

  private func entry(_ section: MonitoredSection) -> [String] {
    let key = IcingaText.quote(section.serviceName)
    return ["  vars.tisbackup_sections[\(key)] = {"]
      + settings(section).map { "    \($0) = \($1)" } + ["  }"]
  }

  /// The custom variables of a section's service.
  private func settings(_ section: MonitoredSection) -> [(String, String)] {
    var settings: [(String, String)] = []
    if section.pattern != section.serviceName {
      settings.append(("tisbackup_section", IcingaText.quoteValue(section.pattern)))
    }
    for (name, range) in [
      ("tisbackup_warning", section.warningRange), ("tisbackup_critical", section.criticalRange),
    ] {
      if let range { settings.append((name, IcingaText.quote(range))) }
    }
    if let seconds = section.freshness { settings.append(("tisbackup_freshness", "\(seconds)")) }
    settings.append(("tisbackup_notes", IcingaText.quoteValue(section.notes)))
    return settings
  }

  private func remarks(of site: MonitoredSite) -> [String] {
    let lines = site.sections.compactMap(remark)
    return lines.isEmpty ? [] : [lines.joined()]
  }

  private func remark(_ section: MonitoredSection) -> String? {
    if section.isByDesignWithoutBackup {
      return "// \(section.serviceName) is not backed up by design.\n"
    }
    return section.problem.map { "// UNKNOWN until it is mended: \(PluginText.clean($0))\n" }
  }

  // MARK: services where hosts are defined elsewhere

  private func services(of site: MonitoredSite) -> [String] {
    [all(of: site), catalog(of: site)]
      + site.sections.map { section in
        (remark(section) ?? "")
          + (section.isByDesignWithoutBackup ? "" : service(section, in: site))
      }
  }

  private func all(of site: MonitoredSite) -> String {
    object(
      "tisbackup", on: site.backupServer, template: "tisbackup-service", display: "All backups",
      vars: file(of: site))
  }

  private func catalog(of site: MonitoredSite) -> String {
    object(
      "tisbackup-catalog", on: site.backupServer, template: "tisbackup-service",
      display: "Catalog of the backups",
      vars: [
        ("tisbackup_exit_ok", "true"), ("tisbackup_brief", "true"),
        ("tisbackup_no_location_check", "true"), ("tisbackup_perfdata", "\"none\""),
      ] + file(of: site))
  }

  private func service(_ section: MonitoredSection, in site: MonitoredSite) -> String {
    let name = ("tisbackup_section", IcingaText.quoteValue(section.pattern))
    let others = settings(section).filter { $0.0 != name.0 && $0.0 != "tisbackup_notes" }
    return object(
      "backup-\(section.serviceName)", on: section.host, template: "tisbackup-section",
      display: "Backup \(section.serviceName)", notes: section.notes,
      vars: [name, ("tisbackup_backup_server", IcingaText.quote(site.backupServer))]
        + file(of: site) + others)
  }

  private func file(of site: MonitoredSite) -> [(String, String)] {
    site.unusualPath.map { [("tisbackup_config", IcingaText.quoteValue($0))] } ?? []
  }

  private func object(
    _ name: String, on host: String, template: String, display: String, notes: String? = nil,
    vars: [(String, String)]
  ) -> String {
    var lines = [
      "object Service \(IcingaText.quote(name)) {", "  import \(IcingaText.quote(template))",
      "  host_name = \(IcingaText.quote(host))", "  display_name = \(IcingaText.quote(display))",
    ]
    if let notes { lines.append("  notes = \(IcingaText.quote(notes))") }
    lines += vars.map { "  vars.\($0) = \($1)" }
    return (lines + ["}"]).map { "\($0)\n" }.joined()
  }
}
