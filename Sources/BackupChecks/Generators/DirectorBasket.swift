/// A basket for Icinga Director: one set with a service for each section.
package struct DirectorBasket: MonitoringConfiguration {
  package static let name = "director"
  package static let summary = "a basket for Icinga Director"
  package static let passive: (any PassiveConfiguration.Type)? = PassiveDirectorBasket.self

  package init() {}

  package func text(for site: MonitoredSite) -> String {
    let name = "TISBackup of \(site.backupServer)"
    var services = ["tisbackup": all(of: site)]
    for section in site.backedUp {
      services["backup-\(section.serviceName)"] = service(section, in: site)
    }
    let set = DirectorDocument.ServiceSet(
      object_name: name,
      description: "Made by check_tisbackup --generate director; tisbackup.json goes before it.",
      assign_filter: "host.name=\"\(site.backupServer)\"", services: services,
      uuid: NameUUID("set", name).text)
    return DirectorDocument(ServiceSet: [name: set]).text
  }

  private func all(of site: MonitoredSite) -> DirectorDocument.Service {
    DirectorDocument.Service(
      object_name: "tisbackup", display_name: "All backups", imports: ["tisbackup-service"],
      vars: file(of: site), uuid: NameUUID("service", site.backupServer, "tisbackup").text)
  }

  private func service(_ section: MonitoredSection, in site: MonitoredSite)
    -> DirectorDocument.Service
  {
    var vars = file(of: site)
    vars["tisbackup_section"] = section.pattern
    vars["tisbackup_warning"] = section.warningRange
    vars["tisbackup_critical"] = section.criticalRange
    let name = "backup-\(section.serviceName)"
    return DirectorDocument.Service(
      object_name: name, display_name: "Backup \(section.serviceName)",
      imports: ["tisbackup-section"], notes: DirectorDocument.doubled(section.notes), vars: vars,
      uuid: NameUUID("service", site.backupServer, name).text)
  }

  private func file(of site: MonitoredSite) -> [String: String] {
    site.unusualPath.map { ["tisbackup_config": DirectorDocument.doubled($0)] } ?? [:]
  }
}
