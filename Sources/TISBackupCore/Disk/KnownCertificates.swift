/// The certificates that hosts had when they were first seen, as `known_hosts` of ssh has their keys.
///
/// The file `certificates` of the state folder: `HOST:PORT FINGERPRINT` a line, the fingerprint being
/// the SHA-256 of the certificate in 64 hexadecimal digits. The first line of a host counts; to
/// accept another certificate, an administrator removes it.
package struct KnownCertificates: Sendable {
  private let file: StateFile

  /// The file `certificates` in a folder, which is made when there is something to remember.
  package init(folder: String) { file = StateFile(folder: folder, name: "certificates") }

  /// Those of whoever runs this process; nil for a user without a home.
  package static func system() -> KnownCertificates? {
    StateFile.systemFolder().map(KnownCertificates.init)
  }

  /// The file, for messages.
  package var path: String { file.path }

  /// The fingerprint that is remembered of a host, `name:port`; nil when it was never seen.
  package func fingerprint(of host: String) -> String? {
    for line in file.lines {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.count == 2, words[0] == host { return String(words[1]) }
    }
    return nil
  }

  /// Remembers the fingerprint of a host that was never seen.
  ///
  /// Throws when that cannot be written down.
  package func remember(_ fingerprint: String, of host: String) throws(BackupError) {
    try file.append("\(host) \(fingerprint)")
  }
}
