import TISBackupCore

/// The address under which browsers know the page, `https://backup.example.com/tisbackup`.
package struct PublicAddress: Sendable, Equatable {
  /// Scheme, host and port, as a browser says them in `Origin`.
  package let origin: String
  /// As a browser says it in `Host`.
  package let host: String
  /// `/tisbackup`, or empty.
  package let prefix: String
  /// Whether cookies may be kept to TLS.
  package var isSecure: Bool { origin.hasPrefix("https:") }

  /// Nil for what is no address of a web page, or has more than a path.
  package init?(_ text: String) {
    guard let address = WebAddress(text), ["http", "https"].contains(address.scheme) else {
      return nil
    }
    var path = address.path[...]
    while path.hasSuffix("/") { path = path.dropLast() }
    let isPlain = path.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x2f, 0x5f, 0x7e: true
      default: false
      }
    }
    guard isPlain, !path.contains("//"), !path.split(separator: "/").contains("..") else {
      return nil
    }
    prefix = String(path)
    let usual = ["http": 80, "https": 443][address.scheme]
    let port = address.port.flatMap { $0 == usual ? nil : ":\($0)" } ?? ""
    host = WebAddress.printed(host: address.host.lowercased()) + port
    origin = "\(address.scheme)://\(host)"
  }
}
