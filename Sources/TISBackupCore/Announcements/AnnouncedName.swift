/// The service of a monitoring server that a subject is announced to, and its host.
package struct AnnouncedName: Sendable, Hashable {
  package var host: String
  package var service: String

  package init(host: String, service: String) { (self.host, self.service) = (host, service) }

  /// Reads `HOST;SERVICE`; nil when either is missing.
  init?(pair text: String) {
    let parts = text.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
      .map(Self.trimmed)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    self.init(host: parts[0], service: parts[1])
  }

  /// What no object of Nagios may have in its name (`illegal_object_name_chars` of its sample
  /// configuration), what ends a field on the way there, and `\`, which every way treats otherwise.
  private static let forbidden: Set<Unicode.Scalar> = Set("`~!$%^&*|'\"<>?,()=;\\".unicodeScalars)

  /// Why no server can have this service; nil when one can.
  ///
  /// `limits` are the bytes of host and service that the way there carries, where it cuts.
  package func problem(limits: (host: Int, service: Int)?) -> String? {
    for (what, name, limit) in [
      ("host", host, limits?.host ?? 255), ("service", service, limits?.service ?? 255),
    ] {
      guard !name.isEmpty else { return "the \(what) has no name" }
      if let bad = name.unicodeScalars.first(where: Self.isForbidden) {
        return "the \(what) '\(Self.shown(name))' has \(Self.told(bad)) in its name"
      }
      guard name == Self.trimmed(name[...]) else {
        return "the \(what) '\(name)' begins or ends with a blank"
      }
      guard name.utf8.count <= limit else {
        return "the \(what) '\(name)' has \(name.utf8.count) bytes, \(limit) at most"
      }
    }
    return nil
  }

  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    forbidden.contains(scalar) || isControl(scalar)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
  }

  private static func told(_ scalar: Unicode.Scalar) -> String {
    isControl(scalar) ? "a control character" : "a '\(scalar)'"
  }

  /// The name for a message, without anything that a terminal would act on.
  private static func shown(_ name: String) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.map { isControl($0) ? " " : $0 }))
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}

extension AnnouncedName: CustomStringConvertible {
  /// As Icinga writes it, `host!service`.
  package var description: String { "\(host)!\(service)" }
}
