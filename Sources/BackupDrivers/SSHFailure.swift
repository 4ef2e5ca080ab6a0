import TISBackupCore

/// What ssh means by its exit status 255, and the cure.
///
/// The texts are OpenSSH's own (`sshconnect.c`, `clientloop.c`), tried against a real server.
package enum SSHFailure {
  /// `refuses`: the other side, or ssh itself, says no and will go on to say it.
  private static let meanings: [(text: String, refuses: Bool, hint: BackupError.Message)] = [
    (
      "REMOTE HOST IDENTIFICATION HAS CHANGED", true,
      "If the machine was really reinstalled, forget its old key with 'ssh-keygen -R HOST'."
    ),
    (
      "Host key verification failed", true,
      "Log in once by hand to accept the host key, or set host_key_checking = accept-new."
    ),
    // ssh says so before it is denied for want of another key.
    ("UNPROTECTED PRIVATE KEY FILE", true, "Run 'chmod 600' on the private_key file."),
    ("no such identity", true, "private_key names no file: check its path."),
    ("not accessible: No such file", true, "private_key names no file: check its path."),
    (
      "Permission denied", true,
      "The server refuses the key: add the public half of private_key to the authorized_keys of remote_user."
    ),
    ("Name or service not known", true, .unknownName),
    (
      "Could not resolve hostname", false, .unknownName
    ),
    ("Connection refused", false, "No ssh server answers there: check server_name and ssh_port."),
    (
      "timed out", false,
      "The machine does not answer within connect_timeout: is it up, and does a firewall drop ssh?"
    ),
    (
      "not responding", false,
      "The machine stopped answering while it was at work: is it still up, and the network?"
    ),
    ("No route to host", false, "The machine cannot be reached: is it up, and is the network?"),
  ]

  /// What to do about what ssh wrote; nil when it is not known.
  package static func hint(for messages: String) -> BackupError.Message? {
    meanings.first { messages.contains($0.text) }?.hint
  }

  /// Whether trying again may help: `.transport`, or `.refused` when it cannot.
  package static func code(for messages: String) -> BackupError.Code {
    meanings.first { messages.contains($0.text) }?.refuses == true ? .refused : .transport
  }
}

extension BackupError.Message {
  fileprivate static let unknownName: Self =
    "server_name is not known here: check its spelling and the DNS."
}
