import TISBackupCore

/// What ssh means by its exit status 255, and the cure.
///
/// The texts are OpenSSH's own (`sshconnect.c`, `clientloop.c`), tried against a real server.
package enum SSHFailure {
  private static let hints: [(text: String, hint: BackupError.Message)] = [
    (
      "REMOTE HOST IDENTIFICATION HAS CHANGED",
      "If the machine was really reinstalled, forget its old key with 'ssh-keygen -R HOST'."
    ),
    (
      "Host key verification failed",
      "Log in once by hand to accept the host key, or set host_key_checking = accept-new."
    ),
    // ssh says so before it is denied for want of another key.
    ("UNPROTECTED PRIVATE KEY FILE", "Run 'chmod 600' on the private_key file."),
    ("no such identity", "private_key names no file: check its path."),
    ("not accessible: No such file", "private_key names no file: check its path."),
    (
      "Permission denied",
      "The server refuses the key: add the public half of private_key to the authorized_keys of remote_user."
    ),
    (
      "Could not resolve hostname", "server_name is not known here: check its spelling and the DNS."
    ),
    ("Connection refused", "No ssh server answers there: check server_name and ssh_port."),
    ("timed out", "The machine does not answer: is it up, and does a firewall drop ssh?"),
    ("No route to host", "The machine cannot be reached: is it up, and is the network?"),
  ]

  /// What to do about what ssh wrote; nil when it is not known.
  package static func hint(for messages: String) -> BackupError.Message? {
    hints.first { messages.contains($0.text) }?.hint
  }
}
