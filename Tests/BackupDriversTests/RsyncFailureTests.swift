import BackupDrivers
import OutsideWorld
import TISBackupCore
import Testing

struct RsyncFailureTests {
  @Test(arguments: [
    (1, "it refused its options"), (2, "the two rsyncs do not understand each other"),
    (3, "a file could not be read or written"), (5, "the daemon refused"),
    (10, "the daemon could not be reached"), (11, "a file could not be read or written"),
    (12, "the connection broke"), (13, "it hit a limit of the file system"),
    (14, "the connection broke"), (20, "it was interrupted"),
    (30, "no data came for idle_timeout"),
    (35, "the daemon did not answer within connect_timeout"),
    (127, "the other side has no rsync"), (255, "ssh could not connect"), (99, "it stopped"),
  ])
  func `every status is told with its number and its meaning`(_ status: Int32, _ meaning: String) {
    let error = RsyncFailure.error(Finished(status), section: "web1")
    #expect(error.message.text == "section [web1]: rsync exit \(status), \(meaning)")
  }

  @Test(arguments: 1...255 as ClosedRange<Int32>)
  func `trouble of the way is told apart from trouble of the files`(_ status: Int32) {
    let isTransport = [10, 12, 30, 35, 255].contains(status)
    let error = RsyncFailure.error(Finished(status), section: "web1")
    #expect(error.code == (isTransport ? .transport : .driver))
  }

  @Test func `a limit and a signal are told as such`() {
    let overtime = RsyncFailure.error(Finished(.timedOut(.program(7200))), section: "web1")
    #expect(overtime.code == .overtime)
    #expect(overtime.message.text == "section [web1]: rsync was ended after the limit of 2h")
    #expect(overtime.hint?.text.hasPrefix("Raise 'timeout'") == true)
    let killed = RsyncFailure.error(Finished(.signaled(9)), section: "web1")
    #expect(killed.code == .interrupted)
    #expect(killed.message.text == "section [web1]: rsync was ended by signal 9")
  }

  @Test(arguments: [
    (5, "@ERROR: auth failed on module data", "Compare remote_user and password_file"),
    (5, "@ERROR: Unknown module 'x'", "Compare rsync_module"),
    (
      1, "ERROR: password file must not be other-accessible",
      "password_file must exist and be its owner's alone"
    ),
    (
      10, "rsync: [Receiver] failed to connect to web1 (192.0.2.7): Connection refused (111)",
      "Does 'rsync --daemon' run there?"
    ),
    (
      10, "rsync: [Receiver] failed to connect to web1 (192.0.2.7): No route to host (113)",
      "Does 'rsync --daemon' run there?"
    ),
    (
      23, "rsync: [sender] change_dir \"/x\" (in data) failed: No such file or directory (2)",
      "Does remote_dir exist there"
    ),
    (
      23, "rsync: [sender] opendir \"/x\" (in data) failed: Permission denied (13)",
      "Does remote_dir exist there"
    ),
    (
      23, "rsync: [receiver] mkstemp \"/b/.a.Xy\" failed: No space left on device (28)",
      "Look at the disk of this server"
    ),
    (
      11, "rsync: [Receiver] mkdir \"/b/x\" failed: Read-only file system (30)",
      "Look at the disk of this server"
    ),
    (30, "[Receiver] io timeout after 600 seconds -- exiting", "The network or a disk over there"),
    (127, "bash: line 1: rsync: command not found", "Install rsync"),
    (12, "sh: rsync: not found\nrsync: connection unexpectedly closed", "Install rsync"),
    (255, "backup@web1: Permission denied (publickey).", "The server refuses the key"),
    (
      12, "ssh: connect to host web1 port 22: Connection refused\nrsync: connection unexpectedly",
      "No ssh server answers there"
    ),
  ])
  func `each known trouble has its cure, and never that of another`(
    _ status: Int32, _ messages: String, _ cure: String
  ) throws {
    let error = RsyncFailure.error(Finished(status, errors: messages + "\n"), section: "web1")
    let hint = try #require(error.hint)
    #expect(hint.text.hasPrefix(cure), "\(hint.text)")
  }

  @Test(arguments: [
    (
      255,
      "backup@web1: Permission denied (publickey).\nrsync: connection unexpectedly closed (0 bytes"
        + " received so far) [Receiver]\nrsync error: unexplained error (code 255) at io.c(285)",
      "backup@web1: Permission denied (publickey)."
    ),
    (
      12,
      "ssh: connect to host web1 port 22: Connection refused\nrsync: [Receiver] safe_write failed to"
        + " write 6 bytes to fd 4: Broken pipe (32)\nrsync error: error in rsync protocol data stream",
      "ssh: connect to host web1 port 22: Connection refused"
    ),
    (
      5, "@ERROR: auth failed on module data\nrsync error: error starting client-server protocol",
      "@ERROR: auth failed on module data"
    ),
    (
      23,
      "rsync: [sender] change_dir \"/x\" failed: No such file or directory (2)\nrsync error: some",
      "rsync: [sender] change_dir \"/x\" failed: No such file or directory (2)"
    ),
    (3, "motd\nthe last word", "the last word"),
  ])
  func `the line that says why is quoted`(_ status: Int32, _ messages: String, _ line: String) {
    let error = RsyncFailure.error(Finished(status, errors: messages), section: "web1")
    #expect(error.message.text.hasSuffix(": \(line)"), "\(error.message.text)")
  }
}
