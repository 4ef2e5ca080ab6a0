import Monitoring
import TISBackupCore

/// A basket for an Icinga Director that is told the results: a set of services for each host.
///
/// JSON has no comments: what is to be said of services that are left out stands in the description
/// of the first set.
package struct PassiveDirectorBasket: PassiveConfiguration {
  package init() {}

  package func text(for site: ReportedSite) -> String {
    var sets = site.hosts.map(set)
    let remarks = site.entries.compactMap(\.remark).map { PluginText.clean($0) }
    if let first = sets.indices.first, !remarks.isEmpty {
      sets[first].description += " " + remarks.joined(separator: " ")
    }
    return DirectorDocument(
      ServiceSet: Dictionary(uniqueKeysWithValues: sets.map { ($0.object_name, $0) })
    ).text
  }

  private func set(of host: ReportedHost) -> DirectorDocument.ServiceSet {
    let name = "TISBackup reports of \(host.name)"
    let services = host.services.map(service)
    return DirectorDocument.ServiceSet(
      object_name: name,
      description:
        "Made by check_tisbackup --generate director --passive; tisbackup.json goes before it.",
      assign_filter: "host.name=\"\(host.name)\"",
      services: Dictionary(uniqueKeysWithValues: services.map { ($0.object_name, $0) }),
      uuid: NameUUID("set", name).text)
  }

  private func service(_ service: ReportedService) -> DirectorDocument.Service {
    DirectorDocument.Service(
      object_name: service.name.service, display_name: service.display,
      imports: [service.template], notes: service.notes.map(DirectorDocument.doubled), vars: [:],
      check_interval: service.freshness, retry_interval: service.freshness,
      uuid: NameUUID("reported", service.name.host, service.name.service).text)
  }
}
