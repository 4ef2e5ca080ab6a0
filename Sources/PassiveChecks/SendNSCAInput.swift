import Monitoring
import TISBackupCore

/// Results as `send_nsca` reads them from its standard input: tabs between fields, and ETB between
/// results.
///
/// Without an ETB it takes two lines for one result, and a line end after an ETB for the beginning
/// of the next host's name (nsca 2.10.2). The send_nsca of NSCA-ng reads the same.
package enum SendNSCAInput {
  /// End of transmission block.
  package static let separator = "\u{17}"
  /// Bytes of a result, its tabs included: from 5120 on send_nsca 2.10 gives all of its input up.
  package static let sizeLimit = 5000
  /// Bytes of text that fit in the packet of NSCA 2.9 and later.
  package static let textLimit = 4095

  /// All results, with no line end after the last.
  package static func text(_ results: [PassiveResult], textLimit: Int = textLimit) -> String {
    results.map { one($0, textLimit: textLimit) }.joined(separator: separator)
  }

  /// One result: host, service, code and a line of text, none of them empty.
  private static func one(_ result: PassiveResult, textLimit: Int) -> String {
    let head = "\(result.name.host)\t\(result.name.service)\t\(result.state.rawValue)\t"
    let room = max(1, min(textLimit, sizeLimit - head.utf8.count))
    return head + PassiveText.line(result.report, limit: room)
  }
}
