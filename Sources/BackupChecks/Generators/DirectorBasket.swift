import FoundationEssentials

/// A basket for Icinga Director: one set with a service for each section.
package struct DirectorBasket: MonitoringConfiguration {
  package static let name = "director"
  package static let summary = "a basket for Icinga Director"

  private struct Document: Encodable {
    var ServiceSet: [String: ServiceSet]
  }

  private struct ServiceSet: Encodable {
    var object_name: String
    var object_type = "template"
    var description: String
    var assign_filter: String?
    var services: [String: Service]
    var uuid: String
  }

  private struct Service: Encodable {
    var object_name: String
    var object_type = "object"
    var display_name: String
    var imports: [String]
    var notes: String?
    var vars: [String: String]
    var uuid: String
  }

  package init() {}

  package func text(for site: MonitoredSite) -> String {
    let name = "TISBackup of \(site.backupServer)"
    var services = ["tisbackup": all(of: site)]
    for section in site.backedUp {
      services["backup-\(section.serviceName)"] = service(section, in: site)
    }
    let set = ServiceSet(
      object_name: name,
      description: "Made by check_tisbackup --generate director; tisbackup.json goes before it.",
      assign_filter: "host.name=\"\(site.backupServer)\"", services: services,
      uuid: NameUUID("set", name).text)
    return json(Document(ServiceSet: [name: set]))
  }

  private func all(of site: MonitoredSite) -> Service {
    Service(
      object_name: "tisbackup", display_name: "All backups", imports: ["tisbackup-service"],
      vars: file(of: site), uuid: NameUUID("service", site.backupServer, "tisbackup").text)
  }

  private func service(_ section: MonitoredSection, in site: MonitoredSite) -> Service {
    var vars = file(of: site)
    vars["tisbackup_section"] = section.pattern
    vars["tisbackup_warning"] = section.warningRange
    vars["tisbackup_critical"] = section.criticalRange
    let name = "backup-\(section.serviceName)"
    return Service(
      object_name: name, display_name: "Backup \(section.serviceName)",
      imports: ["tisbackup-section"], notes: doubled(section.notes), vars: vars,
      uuid: NameUUID("service", site.backupServer, name).text)
  }

  private func file(of site: MonitoredSite) -> [String: String] {
    site.unusualPath.map { ["tisbackup_config": doubled($0)] } ?? [:]
  }

  /// `$` begins a macro.
  private func doubled(_ text: String) -> String {
    text.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
  }

  private func json(_ document: Document) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let data = (try? encoder.encode(document)) ?? Data("{}".utf8)
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
