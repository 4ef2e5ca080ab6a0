/// Configuration for services that are reported: the counterpart of a ``MonitoringConfiguration``.
package protocol PassiveConfiguration: Sendable {
  init()

  /// The whole file; the same site always gives the same text, in the order of the ini.
  func text(for site: ReportedSite) -> String
}
