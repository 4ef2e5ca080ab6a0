import Monitoring
import OutsideWorld
import TISBackupCore

/// Why a run of curl did not get all its answers, and what to do about it.
package struct CurlFailure: Sendable, Equatable {
  /// Lower case and without a final stop, the end of a sentence that names the target.
  package var problem: String
  /// One or more full sentences.
  package var cure: String

  package init(problem: String, cure: String) { (self.problem, self.cure) = (problem, cure) }

  /// Reads the end of a curl that failed; `nameKey` is the key of the target with the name that
  /// must be in the server's certificate.
  package init(_ finished: Finished, nameKey: String) {
    switch finished.end {
    case .exited(let status):
      let words = Self.words(of: finished.errors)
      problem = "\(Self.problem(status))\(words.isEmpty ? " (curl exit \(status))" : ": \(words)")"
      cure = Self.cure(status, words, nameKey: nameKey)
    case .timedOut: (problem, cure) = (Self.problem(28), Self.cure(28, "", nameKey: nameKey))
    case .signaled(let signal):
      (problem, cure) = ("curl was ended by signal \(signal)", "See the log of the system.")
    }
  }

  /// A curl that could not be started at all, or a request it cannot be told.
  package init(_ error: BackupError) {
    (problem, cure) = (error.message.text, error.hint?.text ?? "Try it again.")
  }

  /// What curl says of a transfer, without its own name, and without how long it took: the same
  /// trouble is to be the same sentence the next time.
  ///
  /// Anything else it prints might show a line of its configuration, and so a secret.
  private static func words(of errors: String) -> String {
    let lines = errors.split(whereSeparator: \.isNewline)
    guard let line = lines.last(where: { $0.hasPrefix("curl: (") }),
      let end = line.firstRange(of: ") ")
    else { return "" }
    let words = PassiveText.safe(String(line[end.upperBound...]))
      .replacing(#/ after \d+ (ms|milliseconds)/#, with: "")
    return PluginText.clean(words, limit: 200)
  }

  /// Exit codes of curl(1).
  private static func problem(_ status: Int32) -> String {
    switch status {
    case 5, 6: "the server is not known here"
    case 7: "nobody answers at the server's port"
    case 28: "the server did not answer in time"
    case 35: "no TLS with the server"
    case 51, 60: "the server's certificate is not trusted"
    case 52: "the server hung up without an answer"
    case 18, 55, 56: "the connection to the server broke"
    case 58: "the client certificate cannot be used"
    case 77: "the CA file cannot be read"
    default: "the request failed"
    }
  }

  private static func cure(_ status: Int32, _ words: String, nameKey: String) -> String {
    switch status {
    case 5: "Check the proxy variables of this job, and the DNS."
    case 6: "Check the host in 'url', and the DNS."
    case 7: "Start the server, check host and port of 'url', and see whether a firewall is between."
    case 28: "See how busy the server is and whether a firewall drops, or raise 'timeout'."
    case 35: "Check that 'url' names a port that speaks https, and that both sides share a version."
    case 51, 60: cure(ofDistrust: words, nameKey: nameKey)
    case 52: "Check the port of 'url', and the server's log."
    case 18, 55, 56:
      "See the server's log; it may have been restarted, or want a client certificate."
    case 58: "Check 'client_cert' and 'client_key', whose key must have no passphrase."
    case 77: "Check the path in 'ca_file', and that this user may read it."
    case 2, 4, 26: "Update curl, and report this as a bug if it stays."
    default: "See 'man curl' for that exit code."
    }
  }

  /// The words are those of OpenSSL and of curl itself.
  private static func cure(ofDistrust words: String, nameKey: String) -> String {
    if words.contains("subject name") {
      return "Put the name that is in the server's certificate into '\(nameKey)'."
    }
    if words.contains("has expired") || words.contains("not yet valid") {
      return "Renew the server's certificate, and compare the clocks of both machines."
    }
    return "Name the CA that signed the server's certificate with 'ca_file'."
  }
}
