import TISBackupCore

/// Where a Xen host listens: `xcphost`, or what a host says of another one of its pool.
struct XenAddress: Sendable, Equatable, Hashable {
  let host: String
  let port: Int

  /// XAPI listens where https does.
  static let defaultPort = 443

  /// Reads `host`, `host:port`, an IPv4 or IPv6 address, the latter bare or in brackets.
  init?(_ text: String) {
    let isBareIPv6 = text.filter { $0 == ":" }.count > 1 && !text.hasPrefix("[")
    guard let address = WebAddress("https://" + (isBareIPv6 ? "[\(text)]" : text)),
      address.path.isEmpty
    else { return nil }
    self.init(address)
  }

  /// The host of an address, such as the one a host sends an export to.
  init(_ address: WebAddress) {
    (host, port) = (address.host, address.port ?? Self.defaultPort)
  }

  /// As an address of the web has it, and as people write it: the port only where it is another.
  var text: String {
    let printed = WebAddress.printed(host: host)
    return port == Self.defaultPort ? printed : "\(printed):\(port)"
  }

  /// The name of the host with its port, in any case: what its certificate is remembered by.
  var key: String { "\(WebAddress.printed(host: host)):\(port)" }

  /// The address of something on it: `path` begins with a slash.
  func url(_ path: String) -> String { "https://\(text)\(path)" }
}
