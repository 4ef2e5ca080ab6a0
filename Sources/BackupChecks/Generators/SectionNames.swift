import Monitoring

/// The names of the sections that are to be backed up, one a line, for scripts.
package struct SectionNames: MonitoringConfiguration {
  package static let name = "names"
  package static let summary = "the names of the sections, one a line"

  package init() {}

  package func text(for site: MonitoredSite) -> String {
    site.backedUp.map { PluginText.clean($0.name) + "\n" }.joined()
  }
}
