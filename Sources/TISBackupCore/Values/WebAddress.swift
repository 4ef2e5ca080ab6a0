/// The address of a service on the web: scheme, host, port, path.
package struct WebAddress: Sendable, Equatable {
  package var scheme: String
  /// Without the brackets of an IPv6 address.
  package var host: String
  /// Nil for that of the scheme.
  package var port: Int?
  /// With its slash and its query; empty where there is none.
  package var path: String

  /// Reads `https://master.example.com:5665/path`; nil for anything else, a login in it too.
  package init?(_ text: String) {
    guard let separator = text.firstRange(of: "://"),
      text.unicodeScalars.allSatisfy({
        $0.value > 0x20 && $0.value < 0x7F && $0 != "\"" && $0 != "\\"
      })
    else { return nil }
    scheme = text[..<separator.lowerBound].lowercased()
    let rest = text[separator.upperBound...]
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    path = String(rest[end...])
    var authority = rest[..<end]
    guard !authority.contains("@") else { return nil }
    if authority.first == "[" {
      guard let close = authority.firstIndex(of: "]") else { return nil }
      host = String(authority[authority.index(after: authority.startIndex)..<close])
      authority = authority[authority.index(after: close)...]
    } else {
      let colon = authority.firstIndex(of: ":") ?? authority.endIndex
      host = String(authority[..<colon])
      authority = authority[colon...]
    }
    guard !host.isEmpty, authority.isEmpty || authority.first == ":" else { return nil }
    guard !authority.isEmpty else { return }
    // Digits alone: `Int` would take a sign, which no other program takes.
    let digits = authority.dropFirst()
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
      (1...65_535).contains(number)
    else { return nil }
    port = number
  }

  /// A host as an address has it, with the brackets of IPv6.
  package static func printed(host: String) -> String { host.contains(":") ? "[\(host)]" : host }

  /// The whole address.
  package var text: String {
    "\(scheme)://\(Self.printed(host: host))\(port.map { ":\($0)" } ?? "")\(path)"
  }

  /// What is wrong with a text as an address, as the end of a sentence; nil when nothing is.
  static func problem(with text: String, schemes: [String]) -> (String, String)? {
    let hint =
      "Write \(schemes.map { "\($0)://" }.joined(separator: " or "))HOST:PORT, without a login."
    guard let address = WebAddress(text) else { return ("is not an address", hint) }
    return schemes.contains(address.scheme) ? nil : ("has the scheme '\(address.scheme)'", hint)
  }
}
