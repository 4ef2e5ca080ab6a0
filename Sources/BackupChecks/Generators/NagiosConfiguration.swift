import Monitoring

/// Hosts and services for Nagios, and for what reads its files: Naemon, Icinga 1, Shinken.
package struct NagiosConfiguration: MonitoringConfiguration {
  package static let name = "nagios"
  package static let summary = "hosts and services for Nagios"
  package static let passive: (any PassiveConfiguration.Type)? = PassiveNagiosConfiguration.self

  package init() {}

  package func text(for site: MonitoredSite) -> String {
    let header = GeneratedHeader(
      site: site, form: Self.name, mark: "#",
      beside: [
        "Load templates.cfg beside it, and commands.cfg, or commands-nrpe.cfg where Nagios does",
        "not run on the backup server.",
      ])
    let hosts = site.hasHosts ? [] : hosts(of: site)
    let parts =
      [header.text] + hosts + [all(of: site), catalog(of: site)]
      + site.sections.map { entry($0, in: site) } + [dependency(in: site)]
    return parts.joined(separator: "\n")
  }

  private func hosts(of site: MonitoredSite) -> [String] {
    let own = site.protectsItself ? "tisbackup-server,tisbackup-protected-host" : "tisbackup-server"
    return [host(site.backupServer, own, in: site)]
      + site.protectedHosts.map { host($0, "tisbackup-protected-host", in: site) }
  }

  private func host(_ name: String, _ template: String, in site: MonitoredSite) -> String {
    NagiosObject(
      "host", [("use", template), ("host_name", name), ("address", site.address(of: name))]
    ).text
  }

  /// The service that sums up all sections.
  private func all(of site: MonitoredSite) -> String {
    NagiosObject(
      "service",
      [
        ("use", "tisbackup-service"), ("host_name", site.backupServer),
        ("service_description", "tisbackup"), ("display_name", "All backups"),
        ("check_command", command("check_tisbackup_all", [], path: site.unusualPath)),
        ("_TISBACKUP_SERVER", site.backupServer),
      ]
    ).text
  }

  /// The service that says whether the ini and the catalog can be read at all.
  private func catalog(of site: MonitoredSite) -> String {
    NagiosObject(
      "service",
      [
        ("use", "tisbackup-service"), ("host_name", site.backupServer),
        ("service_description", "tisbackup-catalog"),
        ("display_name", "Catalog of the backups"),
        ("check_command", command("check_tisbackup_catalog", [], path: site.unusualPath)),
        ("_TISBACKUP_SERVER", site.backupServer),
      ]
    ).text
  }

  /// When nobody can read the catalog, one alarm is enough.
  private func dependency(in site: MonitoredSite) -> String {
    guard !site.backedUp.isEmpty else { return "" }
    return NagiosObject(
      "servicedependency",
      [
        ("host_name", site.backupServer), ("service_description", "tisbackup-catalog"),
        ("dependent_servicegroup_name", "tisbackup-sections"),
        ("execution_failure_criteria", "w,u,c"), ("notification_failure_criteria", "w,u,c"),
      ]
    ).text
  }

  private func entry(_ section: MonitoredSection, in site: MonitoredSite) -> String {
    guard !section.isByDesignWithoutBackup else {
      return "# \(section.serviceName) is not backed up by design.\n"
    }
    let problem = section.problem.map { "# UNKNOWN until it is mended: \(PluginText.clean($0))\n" }
    return (problem ?? "") + service(section, in: site)
  }

  private func service(_ section: MonitoredSection, in site: MonitoredSite) -> String {
    var fields = [
      ("use", "tisbackup-section"), ("host_name", section.host),
      ("service_description", "backup-\(section.serviceName)"),
      ("display_name", "Backup \(section.serviceName)"),
      ("check_command", check(section, path: site.unusualPath)),
      ("notes", NagiosText.prose(section.notes)),
      ("_TISBACKUP_SERVER", site.backupServer),
    ]
    if let seconds = section.freshness { fields.append(("freshness_threshold", "\(seconds)")) }
    return NagiosObject("service", fields).text
  }

  private func check(_ section: MonitoredSection, path: String?) -> String {
    let limits = [("-w", section.warningRange), ("-c", section.criticalRange)]
    let words = limits.compactMap { option, range in range.map { "\(option) \($0)" } }
    return command("check_tisbackup_section!\(section.pattern)", words, path: path)
  }

  /// A command with one more argument: its options, if any.
  private func command(_ name: String, _ options: [String], path: String?) -> String {
    let file = path.map { ["-f \(NagiosText.argument(ShellText.quote($0)))"] } ?? []
    let words = (file + options).joined(separator: " ")
    return words.isEmpty ? name : "\(name)!\(words)"
  }
}
