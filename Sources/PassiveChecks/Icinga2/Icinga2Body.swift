import FoundationEssentials
import Monitoring
import TISBackupCore

/// The body of `process-check-result` for one service.
///
/// Always `service` as `host!service`: a body without it hits every service, `host` beside it the
/// host as well, and `filter` needs a permission of its own. No `execution_start` and
/// `execution_end`: Icinga drops a result that began before the last one, such as that of a backup
/// during which the freshness check ran.
/// https://icinga.com/docs/icinga-2/latest/doc/12-icinga2-api/#process-check-result
package struct Icinga2Body: Encodable, Sendable {
  var type = "Service"
  var service: String
  var exit_status: Int32
  /// Without performance data: Icinga does not look for it here.
  var plugin_output: String
  var performance_data: [String]
  /// Where it comes from, shown beside the result.
  var check_source: String
  /// Seconds; then Icinga runs the service's own check, which says that nobody reported.
  var ttl: Int

  /// Icinga takes megabytes, but curl reads its configuration in lines of 100 KiB, and every quote
  /// and backslash is doubled twice on the way there.
  private static let limits = (prose: 16_384, figures: 24_576)

  package init(_ result: PassiveResult, source: String) {
    service = result.name.description
    exit_status = result.state.rawValue
    plugin_output = PassiveText.prose(result.report, limit: Self.limits.prose)
    performance_data = PassiveText.figures(result.report, limit: Self.limits.figures)
    (check_source, ttl) = (source, max(1, result.ttl))
  }

  /// The document on one line, keys sorted.
  package var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = (try? encoder.encode(self)) ?? Data("{}".utf8)
    return String(decoding: data, as: UTF8.self)
  }
}
