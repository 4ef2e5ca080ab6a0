import TISBackupCore

/// What a daemon and its clients share: the password and the method of encryption.
struct NSCALogin: Sendable, Equatable {
  /// As bytes: what an old configuration holds need not be UTF-8.
  var password: [UInt8]
  var method: Int

  init(password: [UInt8], method: Int) { (self.password, self.method) = (password, method) }

  /// Reads password and method of a target, or the configuration of send_nsca it names.
  init(_ target: Section) throws(BackupError) {
    if let path = target.text(.nscaConfig) {
      try self.init(configAt: path, of: target)
      return
    }
    let password = Array((try target.secret(.nscaPassword) ?? "").utf8)
    if let problem = SubmitterType.problem(withNSCAPassword: password) {
      throw BackupError(
        .configuration, .badPassword(target, problem.message), hint: .init(problem.hint))
    }
    self.init(password: password, method: try target.number(.nscaMethod) ?? 1)
  }

  /// Whether packets are made without libmcrypt.
  var isNative: Bool { method == 0 || method == 1 }

  /// The configuration of a send_nsca that logs in so; a password without bytes has no line there.
  var config: [UInt8] {
    let secret = password.isEmpty ? [] : Array("password=".utf8) + password + [0x0a]
    return secret + Array("encryption_method=\(method)\n".utf8)
  }
}

extension BackupError.Message {
  fileprivate static func badPassword(_ target: Section, _ problem: String) -> Self {
    "\(target.path):\(target.line): section [\(target.name)] \(problem)"
  }
}
