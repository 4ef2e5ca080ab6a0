import FoundationEssentials
import TISBackupCore

/// What Icinga 2 says to one request, and what that means for the announcement.
///
/// The HTTP code alone does not tell: 200 may say that the result was ignored, and one body of 404
/// stands for a service that is not there and for a permission that is missing. Tried with 2.13.6;
/// 409 and 503 are of 2.14 and newer.
struct Icinga2Answer {
  /// The login is refused, and with it every request.
  static let unauthorized = 401

  var code: Int
  var body: String

  private struct Document: Decodable {
    struct Entry: Decodable {
      var status: String?
      var errors: [String]?
    }

    /// A reason that is not about one object: no objects were found.
    var status: String?
    var results: [Entry]?
  }

  /// What Icinga says in words, on one clean line.
  private var words: String {
    let document = try? JSONDecoder().decode(Document.self, from: Data(body.utf8))
    let entry = document?.results?.first
    let text = entry?.status ?? entry?.errors?.first ?? document?.status ?? ""
    return text.isEmpty ? "no word" : String(PassiveText.safe(text).prefix(200))
  }

  /// What became of the announcement to `service`, `host!service`, of the target `target`.
  func delivery(to service: String, target: String) -> Delivery {
    let words = words
    let said = "[\(target)]: '\(service)': HTTP \(code), \(words)"
    switch code {
    case 200 where words.hasPrefix("Successfully processed"): return .delivered
    case 200 where words.hasPrefix("Ignoring"):
      return .kept("\(said); A dependency keeps the service from being checked now.")
    case 400:
      return .dropped(
        "\(said); That is a mistake of this suite or a proxy between: please report it.")
    case Self.unauthorized:
      return .kept(
        "[\(target)]: the login is refused (HTTP 401); Compare 'user' and 'password' with the"
          + " ApiUser, or 'client_cert' with its client_cn.")
    case 403:
      return .kept(
        "\(said); Set enable_passive_checks = true for the service, and give the ApiUser"
          + " permissions = [ \"actions/process-check-result\" ].")
    case 404:
      return .kept(
        "\(said) Make the service (check_tisbackup --generate icinga2 --passive) or name the right"
          + " one with map_SECTION, and give the ApiUser permissions ="
          + " [ \"actions/process-check-result\" ] without a filter that leaves it out.")
    // A newer result is there already: what we had to say is old.
    case 409: return .dropped("\(said); Does somebody else report to that service?")
    case 500...599: return .kept("\(said); Icinga may be starting: it is tried again.")
    default:
      return .kept(
        "\(said); Is 'url' the API of Icinga 2, and nothing between that answers for it?")
    }
  }
}
