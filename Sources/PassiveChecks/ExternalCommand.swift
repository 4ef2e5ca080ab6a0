import Monitoring
import TISBackupCore

/// A result as a command of Nagios' external command file, `PROCESS_SERVICE_CHECK_RESULT`.
///
/// Names were checked when the ini was read (``AnnouncedName/problem(limits:)``). The text needs no
/// escape but that of its line ends: Nagios takes all that follows the fourth `;`, and shows each
/// `;` of the first line as `:`.
package enum ExternalCommand {
  /// `PIPE_BUF` of Linux: a write of so many bytes is never mixed with that of another process.
  package static let sizeLimit = 4096

  /// The whole line with its LF, at most ``sizeLimit`` bytes.
  package static func line(_ result: PassiveResult) -> String {
    let head =
      "[\(result.time.seconds)] PROCESS_SERVICE_CHECK_RESULT;\(result.name.host);"
      + "\(result.name.service);\(result.state.rawValue);"
    let text = PassiveText.lines(
      result.report, limit: sizeLimit - head.utf8.count - 1, encode: PassiveText.escapingLines)
    return head + text + "\n"
  }
}
