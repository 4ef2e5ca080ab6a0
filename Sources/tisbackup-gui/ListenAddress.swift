import ArgumentParser

/// Where the page is served: `HOST:PORT`, an IPv6 address in brackets.
struct ListenAddress: Sendable, CustomStringConvertible {
  let host: String
  let port: Int

  static let usual = ListenAddress(host: "127.0.0.1", port: 8080)

  private init(host: String, port: Int) { (self.host, self.port) = (host, port) }

  init(_ text: String) throws {
    guard let colon = text.lastIndex(of: ":"),
      let port = Self.port(text[text.index(after: colon)...])
    else { throw Self.error(text) }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      throw Self.error(text)
    }
    guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw Self.error(text)
    }
    (self.host, self.port) = (host, port)
  }

  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  private static func port(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(text),
      port <= 65_535
    else { return nil }
    return port
  }

  private static func error(_ text: String) -> ValidationError {
    ValidationError("'\(text)' is not HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080")
  }
}
