import OutsideWorld
import TISBackupCore

/// Asks a host for its certificate, with nothing said that would be worth anything to somebody who
/// stands between.
struct CertificateQuery {
  let section: String
  /// `name:port`.
  let host: String
  /// Seconds for the question.
  private static let limit = 30

  /// Throws `.transport` when the host shows none.
  func ask(_ world: World) async throws(BackupError) -> ServerCertificate {
    let finished = try await world.run(try invocation(), nil)
    guard let certificate = ServerCertificate(pem: finished.output) else {
      if let error = CurlEnd(section: section, host: host).error(finished) { throw error }
      throw BackupError(.transport, .none(section, host), hint: .newerCurl)
    }
    return certificate
  }

  /// curl tells the certificates of a connection since 7.88 (curl(1), `--write-out`).
  func invocation() throws(BackupError) -> Invocation {
    let lines = [
      "silent", "show-error", "head", "insecure", try CurlText.line("url", "https://\(host)/"),
      try CurlText.line("output", "/dev/null"), try CurlText.line("noproxy", "*"),
      try CurlText.line("connect-timeout", "\(Self.limit / 2)"),
      try CurlText.line("max-time", "\(Self.limit)"), try CurlText.line("write-out", "%{certs}"),
    ]
    return .curl(lines, timeLimit: Self.limit + 1)
  }
}

extension Invocation {
  /// curl with these lines as its only configuration, on standard input: nothing that is secret, and
  /// no setting of a user, is anywhere else.
  static func curl(_ lines: [String], timeLimit: Int? = nil) -> Invocation {
    var invocation = Invocation("curl", ["-q", "-K", "-"])
    invocation.input = .bytes(Array((lines.joined(separator: "\n") + "\n").utf8))
    invocation.timeLimit = timeLimit
    return invocation
  }
}

extension BackupError.Message {
  fileprivate static func none(_ section: String, _ host: String) -> Self {
    "section [\(section)]: \(host) shows no certificate that could be read"
  }
  fileprivate static let newerCurl: Self =
    "Is it a host that speaks https, and curl here 7.88 or newer? Else name its CA with 'tls_ca_file'."
}
