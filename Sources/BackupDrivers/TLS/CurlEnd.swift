import OutsideWorld
import TISBackupCore

/// What the end of a curl that talked to a host means.
struct CurlEnd {
  let section: String
  /// `name:port`, for messages.
  let host: String

  /// Exit codes of curl(1): what it could not write, for whoever took it wanted no more.
  static let notWritten: Int32 = 23
  /// The server answered with an error (`--fail`).
  static let errorPage: Int32 = 22
  /// What a server that just closes its end leaves behind: TLS wants a farewell, HTTP a length.
  static let closed: Set<Int32> = [18, 56]

  /// Nil when curl was content.
  func error(_ finished: Finished) -> BackupError? {
    switch finished.end {
    case .exited(0): nil
    case .exited(let status): error(status, finished.errors)
    case .signaled: BackupError(.interrupted, .ended(self, finished.end.description))
    case .timedOut(.silence(let seconds)):
      BackupError(.transport, .ended(self, TimeLimit.silence(seconds).description), hint: .idle)
    case .timedOut(let limit):
      BackupError(.overtime, .ended(self, limit.description), hint: .raiseTimeout)
    }
  }

  private func error(_ status: Int32, _ errors: String) -> BackupError {
    let words = Self.words(of: errors)
    let said = words.isEmpty ? " (curl exit \(status))" : ": \(words)"
    switch status {
    case 5, 6: return BackupError(.transport, .failed(self, "is not known here", said), hint: .name)
    case 7: return BackupError(.transport, .failed(self, "does not answer", said), hint: .up)
    case 28: return BackupError(.transport, .failed(self, "was too slow", said), hint: .up)
    case 35:
      return BackupError(.transport, .failed(self, "speaks no TLS with us", said), hint: .tls)
    case 51, 60:
      return BackupError(.refused, .failed(self, "has no trusted certificate", said), hint: .trust)
    case 77:
      return BackupError(.configuration, .failed(self, "cannot be trusted", said), hint: .caFile)
    case 90:
      return BackupError(
        .refused, .failed(self, "changed its certificate a moment ago", said), hint: .between)
    default:
      return BackupError(.transport, .failed(self, "broke the connection", said), hint: .up)
    }
  }

  /// What curl says of a transfer; anything else it prints might show a line of its configuration,
  /// and so a secret.
  private static func words(of errors: String) -> String {
    let lines = errors.split(whereSeparator: \.isNewline)
    guard let line = lines.last(where: { $0.hasPrefix("curl: (") }),
      let end = line.firstRange(of: ") ")
    else { return "" }
    return ForeignText.line(String(line[end.upperBound...]))
  }
}

extension BackupError.Message {
  fileprivate static func failed(_ curl: CurlEnd, _ problem: String, _ said: String) -> Self {
    "section [\(curl.section)]: \(curl.host) \(problem)\(said)"
  }
  fileprivate static func ended(_ curl: CurlEnd, _ how: String) -> Self {
    "section [\(curl.section)]: the talk with \(curl.host) was \(how)"
  }
  fileprivate static let name: Self = "Check the name of the host in the ini, and the DNS."
  fileprivate static let up: Self =
    "Is the host up, does its management answer, and is no firewall between?"
  fileprivate static let tls: Self =
    "Check that the port is that of https; a very old host may know only protocols that curl here refuses."
  fileprivate static let trust: Self =
    "Name the CA that signed it with 'tls_ca_file', or the certificate itself with 'tls_fingerprint'."
  fileprivate static let caFile: Self =
    "Check 'tls_ca_file', and that this user may read the file."
  fileprivate static let between: Self = "Somebody may stand between; try again, and look who."
  fileprivate static let idle: Self =
    "The host, its storage or the network stalls; raise 'idle_timeout' if it is only slow."
  fileprivate static let raiseTimeout: Self = "Raise 'timeout', or find out why it takes so long."
}
