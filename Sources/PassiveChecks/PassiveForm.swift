import FoundationEssentials
import Monitoring
import TISBackupCore

/// A form in which announcements are printed instead of sent: what each kind of server would get.
package enum PassiveForm: String, Sendable, CaseIterable {
  /// For people: a line for each service, its text below.
  case text
  /// The input of send_nsca: it can be piped there as it is.
  case sendNSCA = "send_nsca"
  /// Lines for the external command file of Nagios.
  case command
  /// Bodies of process-check-result, one a line.
  case icinga2
  /// The document NRDP takes.
  case nrdp

  /// The results in this form; `source` is the name of this machine.
  package func text(of results: [PassiveResult], source: String) -> String {
    switch self {
    case .text: results.map(Self.shown).joined()
    case .sendNSCA: SendNSCAInput.text(results)
    case .command: results.map(ExternalCommand.line).joined()
    case .icinga2: results.map { Icinga2Body($0, source: source).text + "\n" }.joined()
    case .nrdp: NRDPDocument.json(results) + "\n"
    }
  }

  private static func shown(_ result: PassiveResult) -> String {
    let lines = PassiveText.lines(result.report, limit: nil).split(separator: "\n")
    return "\(result.name.host);\(result.name.service): \(result.state.name)\n"
      + lines.map { "    \($0)\n" }.joined()
  }
}
