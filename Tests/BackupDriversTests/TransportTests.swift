import OutsideWorld
import TISBackupCore
import Testing

@testable import BackupDrivers

/// Only what another attempt may mend counts as trouble of the connection.
struct TransportTests {
  private func code(_ status: Int32, _ errors: String) -> BackupError.Code {
    RsyncFailure.error(Finished(status, errors: errors), section: "web1").code
  }

  @Test(arguments: [
    (10, "rsync: [Receiver] failed to connect to web1 (192.0.2.10): Connection refused (111)"),
    (12, "rsync: connection unexpectedly closed (8 bytes received so far) [Receiver]"),
    (30, "[Receiver] io timeout after 600 seconds -- exiting"),
    (35, "[Receiver] timeout waiting for daemon connection"),
    (255, "ssh: connect to host web1 port 22: Connection refused"),
    (255, "Connection timed out during banner exchange"),
    (255, "ssh: Could not resolve hostname web1: Temporary failure in name resolution"),
    (255, "Timeout, server 192.0.2.10 not responding."),
    (12, "client_loop: send disconnect: Broken pipe\nrsync: connection unexpectedly closed"),
    (5, "@ERROR: max connections (2) reached -- try again later"), (255, ""), (12, ""),
  ])
  func `a connection that fails or breaks is tried again`(_ status: Int32, _ errors: String) {
    #expect(code(status, errors) == .transport)
  }

  @Test(arguments: [
    (255, "root@web1: Permission denied (publickey)."), (255, "Host key verification failed."),
    (12, "Permission denied (publickey).\nrsync: connection unexpectedly closed"),
    (255, "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @"),
    (255, "ssh: Could not resolve hostname web: Name or service not known"),
    (255, "no such identity: /root/none: No such file or directory"),
  ])
  func `a machine that lets nobody in is not`(_ status: Int32, _ errors: String) {
    #expect(code(status, errors) == .refused)
  }

  @Test(arguments: [
    (5, "@ERROR: auth failed on module data"), (5, "@ERROR: Unknown module 'data'"),
    (12, "sh: rsync: command not found"), (127, "sh: rsync: not found"), (1, ""), (2, ""),
    (11, "rsync: [receiver] write failed on \"x\": No space left on device (28)"),
    (12, "rsync: [receiver] write failed on \"x\": No space left on device (28)"),
    (23, "rsync: [sender] send_files failed to open \"x\": Permission denied (13)"),
  ])
  func `what has another cause is not`(_ status: Int32, _ errors: String) {
    #expect(code(status, errors) == .driver)
  }

  @Test(arguments: [
    (Finished.End.timedOut(.run(60)), BackupError.Code.overtime),
    (.timedOut(.program(60)), .overtime), (.timedOut(.silence(60)), .transport),
    (.exited(255), .transport), (.exited(1), .driver),
  ])
  func `of a program over ssh, silence is, and the end of its time is not`(
    _ end: Finished.End, _ code: BackupError.Code
  ) {
    let failure = RemoteFailure(section: "db1", subject: "shop") { _ in nil }
    let error = failure.error(Finished(end))
    #expect(error?.code == code)
    if case .timedOut = end { #expect(error?.message.text.contains("1m") == true) }
  }

  @Test func `a login refused to a program over ssh is told as that`() {
    let failure = RemoteFailure(section: "db1", subject: "shop") { _ in nil }
    let error = failure.error(Finished(255, errors: "Permission denied (publickey)."))
    #expect(error?.code == .refused)
  }
}
