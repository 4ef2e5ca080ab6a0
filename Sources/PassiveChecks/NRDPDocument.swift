import FoundationEssentials
import Monitoring
import TISBackupCore

/// Results as the JSON of NRDP's `submitcheck`, and what it answers.
package enum NRDPDocument {
  /// Bytes of a text: those of a check result file, which NRDP makes of it.
  package static let textLimit = CheckResultFile.textLimit

  /// The whole document for any number of results.
  package static func json(_ results: [PassiveResult]) -> String {
    wrapped(results.map(item))
  }

  /// One document for as many results as go in one request: `count` of them, and `size` bytes.
  package static func batches(_ results: [PassiveResult], count: Int, size: Int)
    -> [(json: String, results: Int)]
  {
    var (batches, items, bytes) = ([(json: String, results: Int)](), [String](), 0)
    for result in results {
      let item = item(result)
      if items.count == count || !items.isEmpty && bytes + item.utf8.count > size {
        batches.append((wrapped(items), items.count))
        (items, bytes) = ([], 0)
      }
      items.append(item)
      bytes += item.utf8.count + 1
    }
    return items.isEmpty ? batches : batches + [(wrapped(items), items.count)]
  }

  private static func wrapped(_ items: [String]) -> String {
    "{\"checkresults\":[\(items.joined(separator: ","))]}"
  }

  /// Names and values as NRDP's own clients write them: numbers are strings.
  ///
  /// It stamps the time of
  /// arrival, makes `\n` of line ends, and does not double backslashes, of which there are none.
  private static func item(_ result: PassiveResult) -> String {
    let head =
      "{\"checkresult\":{\"type\":\"service\",\"checktype\":\"1\"},"
      + "\"hostname\":\(quoted(result.name.host)),\"servicename\":\(quoted(result.name.service)),"
      + "\"state\":\"\(result.state.rawValue)\",\"output\":"
    return head + PassiveText.lines(result.report, limit: textLimit, encode: quoted) + "}"
  }

  private static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    guard let data = try? encoder.encode(text) else { return "\"\"" }
    return String(decoding: data, as: UTF8.self)
  }

  /// What NRDP said of a request; nil when that was not NRDP.
  struct Verdict: Decodable, Equatable {
    /// 0 when it took the results.
    var status: Int
    var message: String

    private struct Document: Decodable {
      var result: Verdict
    }

    init?(_ body: String) {
      guard let document = try? JSONDecoder().decode(Document.self, from: Data(body.utf8)) else {
        return nil
      }
      self = document.result
    }
  }
}
