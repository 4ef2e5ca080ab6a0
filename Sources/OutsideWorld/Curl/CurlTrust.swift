import TISBackupCore

/// Which certificate of a server curl takes.
package enum CurlTrust: Sendable, Equatable {
  /// One that a CA of the system signed, for the name in the address.
  case system
  /// One that the CA in this file signed, for the name in the address.
  case ca(String)
  /// One with this public key, `sha256//BASE64` of it, whoever signed it and whatever its name is
  /// (curl(1), `--pinnedpubkey`): nobody without the private key of the server has that.
  case key(String)
  /// Any: whoever stands between can read everything.
  case anyone

  /// The lines of curl's configuration for it.
  package func lines() throws(BackupError) -> [String] {
    switch self {
    case .system: []
    case .ca(let file): [try CurlText.line("cacert", file)]
    case .key(let pin): ["insecure", try CurlText.line("pinnedpubkey", pin)]
    case .anyone: ["insecure"]
    }
  }
}
