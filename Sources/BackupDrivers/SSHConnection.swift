import OutsideWorld
import TISBackupCore

/// How ssh reaches the machine of a section: one place for its options.
package struct SSHConnection: Sendable, Equatable {
  private let user: String
  private let host: String
  private let options: [String]

  package init(_ section: Section) throws(BackupError) {
    user = section.login
    let name = try section.require(.serverName)
    // Brackets belong to rsync's form of an IPv6 address; ssh would look them up as a name.
    host = name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : name
    let timeout = try section.seconds(.connectTimeout) ?? 15
    var options = [
      "-o", "BatchMode=yes", "-o", "ConnectTimeout=\(max(1, timeout))",
      "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4",
      "-o", "StrictHostKeyChecking=\(section.text(.hostKeyChecking)?.lowercased() ?? "accept-new")",
    ]
    if let key = section.text(.privateKey) {
      options += ["-i", key, "-o", "IdentitiesOnly=yes"]
    }
    options += ["-p", "\(try section.number(.sshPort) ?? 22)"]
    if let cipher = section.text(.cipherSpec) { options += ["-c", cipher] }
    self.options = options + (try section.words(.sshOptions)).flatMap { ["-o", $0] }
  }

  /// `user@host` for rsync, an IPv6 address in brackets.
  package var rsyncHost: String {
    host.contains(":") ? "\(user)@[\(host)]" : "\(user)@\(host)"
  }

  /// What rsync's `-e` takes: words split at spaces, quotes doubled inside quotes (`rsync(1)`).
  package var rsyncShell: String {
    (["ssh"] + options).map { word in
      guard word.contains(where: { $0.isWhitespace || $0 == "'" || $0 == "\"" }) else {
        return word
      }
      return "'" + word.replacing("'", with: "''") + "'"
    }.joined(separator: " ")
  }

  /// Runs a line in the login shell of the other side, which the administrator wrote for it.
  ///
  /// Variables are offered as ssh offers them, so the line arrives as it stands in the ini and a
  /// forced command that compares it goes on working; sshd passes them on when its `AcceptEnv`
  /// names them.
  package func invocation(runningLine line: String, setting variables: [String: String] = [:])
    -> Invocation
  {
    let set = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let environment = set.isEmpty ? [] : ["-o", "SetEnv=\(set.joined(separator: " "))"]
    return Invocation("ssh", options + environment + ["-T", "--", "\(user)@\(host)", line])
  }

  /// Runs a program on the other side, every word quoted.
  package func invocation(running words: [String]) -> Invocation {
    invocation(runningLine: RemoteQuoting.command(words))
  }
}
