import Monitoring
import TISBackupCore

/// One section as a monitoring server is told of it.
package struct MonitoredSection: Sendable, Equatable {
  package var name: String
  /// `server_name`, empty when the ini does not say.
  package var server: String
  package var description: String
  package var type: String
  package var isByDesignWithoutBackup: Bool
  /// What is wrong with it in the ini: its service will be UNKNOWN, which is the truth.
  package var problem: String?
  /// Seconds after which a missing good backup is a WARNING, and CRITICAL.
  package var warning: Int?
  package var critical: Int?
  /// The host its service hangs on.
  package var host = ""
  /// Its name fit for an object of a monitoring server.
  package var serviceName = ""

  package init(_ section: Section, problem: ConfigurationProblem?) {
    (name, server, type) = (section.name, section.server, section.typeName)
    description = section.text(.description) ?? ""
    isByDesignWithoutBackup = problem == nil && section.type?.isByDesignWithoutBackup == true
    self.problem = problem?.description
    warning = (try? section.number(.warningAge)).map { $0 * 3600 }
    critical = (try? section.number(.maximumAge)).map { $0 * 3600 }
  }

  /// Seconds after which a passive result is stale.
  package var freshness: Int? { critical }

  /// What `--section` must be given to mean this section.
  package var pattern: String { SafeName.pattern(name) }

  /// The ranges as the plugin takes them, `26h`.
  package var warningRange: String? { warning.map(Self.range) }
  package var criticalRange: String? { critical.map(Self.range) }

  /// The description for people, on one line; the type where there is none.
  package var notes: String {
    let text = PluginText.clean(description, limit: 500)
    let kind = PluginText.clean(type, limit: 60)
    return text.isEmpty ? "TISBackup \(kind.isEmpty ? "section" : kind)" : text
  }

  private static func range(_ seconds: Int) -> String {
    seconds % 3600 == 0 ? "\(seconds / 3600)h" : "\(seconds)s"
  }
}
