/// Configuration for one kind of monitoring server, made from the ini so that names and limits
/// cannot differ from it; to add one is a file of its own and one line in the registry.
package protocol MonitoringConfiguration: Sendable {
  /// The word of `--generate`.
  static var name: String { get }
  /// One line for `--help`.
  static var summary: String { get }

  /// The same for services that are reported, not asked for; nil where nothing can be.
  static var passive: (any PassiveConfiguration.Type)? { get }

  init()

  /// The whole file; the same site always gives the same text, in the order of the ini.
  func text(for site: MonitoredSite) -> String
}

extension MonitoringConfiguration {
  package static var passive: (any PassiveConfiguration.Type)? { nil }
}

/// All kinds of monitoring configuration that can be made.
package enum MonitoringConfigurations {
  package static let all: [any MonitoringConfiguration.Type] = [
    NagiosConfiguration.self, Icinga2Configuration.self, DirectorBasket.self,
    NRPEConfiguration.self, SectionNames.self,
  ]

  package static func named(_ name: String) -> (any MonitoringConfiguration.Type)? {
    all.first { $0.name == name }
  }
}
