import Monitoring
import OutsideWorld
import TISBackupCore

/// Announces to the NRDP of a Nagios, over http or https.
package struct NRDP: PassiveSubmitter {
  package static let type = SubmitterType.nrdp

  private let target: String
  private let url: String
  private let token: String
  private let caFile: String?

  /// Results of one request.
  private static let batch = 100
  /// Bytes of the JSON of one request.
  ///
  /// Each may take two in curl's configuration, whose lines have a
  /// limit, and a single result needs no more than `NRDPDocument.textLimit` of them and its names.
  private static let batchSize = CurlText.lineLimit / 2 - 1000

  package init(_ target: Section) throws(BackupError) {
    self.target = target.name
    url = try target.require(.nrdpURL)
    _ = try target.require(.token)
    token = try target.secret(.token) ?? ""
    caFile = target.text(.caFile)
  }

  package func submit(_ results: [PassiveResult], using world: World, patience: Patience) async
    -> [Delivery]
  {
    guard !results.isEmpty else { return [] }
    let batches = NRDPDocument.batches(results, count: Self.batch, size: Self.batchSize)
    let run = CurlRun(
      batches.map { request($0.json, patience.seconds) }, seconds: patience.seconds)
    let result = await run.send(using: world)
    return zip(batches, result.answers).flatMap { batch, answer in
      let delivery = answer.map(delivery) ?? kept(result.failure)
      return Array(repeating: delivery, count: batch.results)
    }
  }

  private func request(_ json: String, _ seconds: Int) -> CurlRequest {
    let form: [CurlRequest.Field] = [
      .init("token", token), .init("cmd", "submitcheck"), .init("json", json),
    ]
    var request = CurlRequest(url, body: .form(form), seconds: seconds)
    request.trust = caFile.map(CurlTrust.ca) ?? .system
    return request
  }

  private func kept(_ failure: CurlFailure?) -> Delivery {
    .kept(sentence(failure?.problem ?? "no answer", failure?.cure ?? "See the server's log."))
  }

  /// NRDP itself always answers with code 200; any other is of the web server before it.
  private func delivery(of answer: CurlAnswer) -> Delivery {
    guard answer.code == 200 else {
      return .kept(
        sentence("the web server answers \(answer.code)", Self.cure(ofCode: answer.code)))
    }
    guard let verdict = NRDPDocument.Verdict(answer.body) else {
      return .kept(
        sentence("what answers is not NRDP", "Check the path in 'url', which often is '/nrdp/'."))
    }
    guard verdict.status != 0 else { return .delivered }
    // The token goes first: cut or cleaned it would no longer be found, and a part of it shown.
    let message = PluginText.clean(
      PassiveText.safe(verdict.message.replacing(token, with: "***")), limit: 200)
    let said = sentence("NRDP answers '\(message)'", Self.cure(ofMessage: verdict.message))
    // The only ones that are about what we sent: it would be refused again.
    return ["BAD JSON", "BAD XML"].contains(verdict.message) ? .dropped(said) : .kept(said)
  }

  private func sentence(_ problem: String, _ cure: String) -> String {
    BackupError(
      .transport, .init("[\(target)] does not take results: \(problem)"), hint: .init(cure)
    ).oneLine
  }

  private static func cure(ofCode code: Int) -> String {
    switch code {
    case 300...399: "Put the address it redirects to into 'url', often https instead of http."
    case 401, 403: "Let this machine in without a login of the web server: the token is NRDP's own."
    case 404: "Check the path in 'url', which often is '/nrdp/'."
    case 405: "Check the path in 'url', and that the web server lets POST through."
    case 413: "Raise the limit of a request's size in the web server."
    default: "See the error log of the web server."
    }
  }

  /// The messages of NRDP's `index.php`, `nrdp.inc.php` and its plugins.
  private static func cure(ofMessage message: String) -> String {
    switch message {
    case "BAD TOKEN", "NO TOKEN":
      "Put one of $cfg['authorized_tokens'] of NRDP's config.inc.php into 'token' or 'token_file'."
    case "NO TOKENS": "Put a token into $cfg['authorized_tokens'] of NRDP's config.inc.php."
    case "HTTPS REQUIRED": "Begin 'url' with https."
    case "NOT AUTHENTICATED", "BAD_USER":
      "Turn $cfg['require_basic_auth'] of NRDP's config.inc.php off: the token is enough."
    case "BAD CHECK RESULTS DIR", "NO CHECK RESULTS DIR":
      "Let NRDP write into the folder $cfg['check_results_dir'] of its config.inc.php."
    case "BAD JSON", "BAD XML": "Update NRDP; if it stays, report this as a bug."
    default: "See NRDP's config.inc.php and the error log of the web server."
    }
  }
}
