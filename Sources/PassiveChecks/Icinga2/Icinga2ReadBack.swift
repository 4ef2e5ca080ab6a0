import FoundationEssentials
import TISBackupCore

/// Whether Icinga 2 shows what it said it took: a result that is older than another is dropped
/// although the answer is 200 (2.13).
struct Icinga2ReadBack {
  private struct Document: Decodable {
    struct Entry: Decodable { var attrs: Attributes }
    struct Attributes: Decodable { var last_check_result: Shown? }
    /// Its `exit_status` stays 0 for results of the API (2.13.6); `state` is what was posted.
    struct Shown: Decodable {
      var state: Double
      var output: String
    }

    var results: [Entry]?
  }

  var code: Int
  var body: String

  /// The path of a service's object, with everything but letters and digits escaped.
  static func path(of name: AnnouncedName) -> String {
    "/v1/objects/services/\(escaped(name.description))?attrs=last_check_result"
  }

  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "-._~".utf8.contains(byte)
      let hexadecimal = String(byte, radix: 16, uppercase: true)
      return isPlain
        ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + hexadecimal
    }.joined()
  }

  func delivery(of sent: Icinga2Body, target: String) -> Delivery {
    let about = "[\(target)]: '\(sent.service)'"
    guard code == 200 else {
      return .kept(
        "\(about): it was taken, and cannot be read back (HTTP \(code)); Give the ApiUser the"
          + " permission \"objects/query/Service\", or set readback = no.")
    }
    let document = try? JSONDecoder().decode(Document.self, from: Data(body.utf8))
    let shown = document?.results?.first?.attrs.last_check_result
    guard let shown, Int32(exactly: shown.state) == sent.exit_status,
      shown.output == sent.plugin_output
    else {
      return .kept(
        "\(about): it was taken, and another result is shown; Does somebody else report to that"
          + " service, or is the clock of Icinga ahead?")
    }
    return .delivered
  }
}
