import BackupDrivers
import TISBackupCore
import Testing

struct SSHFailureTests {
  @Test(arguments: [
    (
      "@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@\n"
        + "Host key verification failed.", "forget its old key"
    ),
    (
      "No ED25519 host key is known for web1 and you have requested strict checking.\n"
        + "Host key verification failed.", "Log in once by hand"
    ),
    (
      "Warning: Identity file /k not accessible: No such file or directory.\n"
        + "backup@web1: Permission denied (publickey).", "private_key names no file"
    ),
    (
      "no such identity: /k: No such file or directory\nbackup@web1: Permission denied (publickey).",
      "private_key names no file"
    ),
    ("backup@web1: Permission denied (publickey,password).", "The server refuses the key"),
    (
      "ssh: Could not resolve hostname web1: Name or service not known",
      "server_name is not known here"
    ),
    ("ssh: connect to host web1 port 22: Connection refused", "No ssh server answers there"),
    ("ssh: connect to host web1 port 22: Connection timed out", "The machine does not answer"),
    ("Connection timed out during banner exchange", "The machine does not answer"),
    ("ssh: connect to host web1 port 22: No route to host", "The machine cannot be reached"),
    (
      "@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\n"
        + "Permissions 0644 for '/k' are too open.\nLoad key \"/k\": bad permissions\n"
        + "backup@web1: Permission denied (publickey).", "Run 'chmod 600'"
    ),
  ])
  func `each known message of ssh has its cure`(_ messages: String, _ cure: String) throws {
    let hint = try #require(SSHFailure.hint(for: messages))
    #expect(hint.text.contains(cure))
    #expect(hint.text.last.map(".?".contains) == true)
  }

  @Test(arguments: ["", "kex_exchange_identification: read: Connection reset by peer", "hello"])
  func `an unknown message is not guessed at`(_ messages: String) {
    #expect(SSHFailure.hint(for: messages) == nil)
  }
}
