import TISBackupCore

/// Who logs in to a switch: what is typed, and never shown.
struct SwitchLogin: Sendable {
  var user: String?
  var password: String?
  /// That of `enable`.
  var enablePassword: String?

  init(user: String? = nil, password: String? = nil, enablePassword: String? = nil) {
    (self.user, self.password) = (user, password)
    self.enablePassword = enablePassword ?? password
  }

  init(_ section: Section) throws(BackupError) {
    self.init(
      user: section.text(.switchUser), password: try section.secret(.switchPassword),
      enablePassword: try section.secret(.switchEnablePassword))
  }

  /// What a switch said, as it may be shown: as any foreign text, and without the passwords, which
  /// it may have echoed.
  func shown(_ said: String) -> String {
    var text = ForeignText.line(said)
    for secret in [password, enablePassword].compactMap(\.self) where !secret.isEmpty {
      text.replace(secret, with: "***")
    }
    return text
  }

  /// The bytes of a reply of a model: `^M` and its like are control characters, `{user}` and
  /// `{password}` are those of this login.
  func bytes(_ reply: String, enter: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = reply.utf8[...]
    while let byte = rest.first {
      if let word = [("{user}", user), ("{password}", password)].first(where: { mark, _ in
        rest.starts(with: mark.utf8)
      }) {
        bytes += Array((word.1 ?? "").utf8)
        rest = rest.dropFirst(word.0.utf8.count)
      } else if byte == UInt8(ascii: "^"), let sign = rest.dropFirst().first,
        (0x40...0x5f).contains(sign)
      {
        bytes += sign == UInt8(ascii: "M") ? enter : [sign - 0x40]
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
        rest = rest.dropFirst()
      }
    }
    return bytes
  }
}
