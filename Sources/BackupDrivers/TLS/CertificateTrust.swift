import BackupProofs
import OutsideWorld
import TISBackupCore

/// Which certificate of a host a section takes: the keys `tls_ca_file`, `tls_fingerprint` and
/// `tls_verify`.
struct CertificateTrust: Sendable, Equatable {
  /// What makes a certificate the right one.
  enum Rule: Sendable, Equatable {
    /// A CA of the system, or that in a file, and the name in it.
    case authority(CurlTrust)
    /// The SHA-256 of the certificate, as the section says it.
    case fingerprint(SHA256.Digest)
    /// That it is the one the host had when it was first seen: Xen hosts sign their own.
    case firstSeen
    /// Nothing: whoever stands between can read everything.
    case none
  }

  let section: String
  let rule: Rule

  /// Reads the keys of a section; `fallback` holds where it gives none of them.
  init(_ section: Section, fallback: Rule) throws(BackupError) {
    self.section = section.name
    if let text = section.text(.tlsFingerprint) {
      let digits = text.filter { $0 != ":" }.lowercased()
      guard let digest = SHA256.Digest(hex: Array(digits.utf8)) else {
        throw BackupError(.configuration, .noFingerprint(text, section), hint: .fingerprint)
      }
      rule = .fingerprint(digest)
    } else if let file = section.text(.tlsCAFile) {
      rule = .authority(.ca(file))
    } else {
      rule = section.flag(.tlsVerify) ? fallback : .none
    }
  }

  /// What curl is to trust when it talks to `host`, `name:port`.
  ///
  /// A certificate that is seen for the first time is remembered only when this `pins` it: trying a
  /// connection changes nothing. Throws `.refused` for the wrong one, `.transport` when nobody shows one.
  func trust(in host: String, pins: Bool, using world: World) async throws(BackupError)
    -> CurlTrust
  {
    switch rule {
    case .authority(let trust): return trust
    case .none: return .anyone
    case .fingerprint(let wanted):
      let shown = try await CertificateQuery(section: section, host: host).ask(world)
      guard shown.fingerprint == wanted else {
        throw BackupError(
          .refused, .other(section, host, shown.fingerprint, wanted.hex), hint: .correctKey)
      }
      return .key(shown.keyPin)
    case .firstSeen:
      let shown = try await CertificateQuery(section: section, host: host).ask(world)
      try compare(shown, host, pins: pins, world)
      return .key(shown.keyPin)
    }
  }

  private func compare(
    _ shown: ServerCertificate, _ host: String, pins: Bool, _ world: World
  ) throws(BackupError) {
    let store = world.certificates
    if let known = store?.fingerprint(of: host) {
      guard known == shown.fingerprint.hex else {
        throw BackupError(
          .refused, .changed(section, host, shown.fingerprint, known),
          hint: .removeLine(host, store?.path ?? ""))
      }
      return
    }
    let seen =
      "the certificate of \(host) is seen for the first time, SHA-256 \(shown.fingerprint.hex)"
    guard pins, let store else { return world.say(Note(.info, section, seen)) }
    do throws(BackupError) {
      try store.remember(shown.fingerprint.hex, of: host)
      world.say(Note(.info, section, "\(seen): remembered in '\(store.path)'"))
    } catch {
      world.say(Note(.warning, section, "\(seen), and cannot be remembered: \(error.oneLine)"))
    }
  }
}

extension BackupError.Message {
  fileprivate static func noFingerprint(_ text: String, _ section: Section) -> Self {
    "\(section.place(of: .tlsFingerprint)): section [\(section.name)] key 'tls_fingerprint': '\(text)' is not the SHA-256 of a certificate"
  }
  fileprivate static let fingerprint: Self =
    "Write its 64 hexadecimal digits, with or without colons; 'openssl x509 -noout -fingerprint -sha256' prints them."
  fileprivate static func other(
    _ section: String, _ host: String, _ shown: SHA256.Digest, _ wanted: String
  ) -> Self {
    "section [\(section)]: \(host) shows another certificate than 'tls_fingerprint' says: SHA-256 \(shown.hex), not \(wanted)"
  }
  fileprivate static let correctKey: Self =
    "If the host has got a new certificate, compare that on its console and correct 'tls_fingerprint'; else somebody stands between."
  fileprivate static func changed(
    _ section: String, _ host: String, _ shown: SHA256.Digest, _ known: String
  ) -> Self {
    "section [\(section)]: \(host) shows another certificate than the first time: SHA-256 \(shown.hex), not \(known)"
  }
  fileprivate static func removeLine(_ host: String, _ path: String) -> Self {
    "If the host has got a new certificate, compare that on its console and remove the line of '\(host)' from '\(path)'; else somebody stands between."
  }
}
