import BackupDrivers
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// The exact command of a copy over ssh.
struct RsyncSSHTests {
  private static let shell =
    "ssh -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
    + " -o StrictHostKeyChecking=accept-new -i /root/.ssh/id_backup -o IdentitiesOnly=yes -p 22"

  /// The same as a message shows it, up to the login.
  private static let login =
    "ssh -o 'BatchMode=yes' -o 'ConnectTimeout=15' -o 'ServerAliveInterval=15'"
    + " -o 'ServerAliveCountMax=4' -o 'StrictHostKeyChecking=accept-new'"
    + " -i /root/.ssh/id_backup -o 'IdentitiesOnly=yes' -p 22 -T -- backup@web1.example.com"

  @Test func `a plain section is copied with these words, in this order`() throws {
    #expect(
      try RsyncSSH(.rsyncSSH()).onlyArguments() == [
        "-rt", "-lpgoD", "--protect-args", "-H", "-A", "-X", "--numeric-ids", "--delete",
        "--delete-excluded", "--partial-dir=.rsync-partial", "--filter=P .rsync-partial/",
        "--stats", "--info=progress2", "--no-human-readable", "--outbuf=L", "--timeout=600", "-e",
        Self.shell, "--",
        "backup@web1.example.com:/srv/", "/backup/web1/20261124-01h02m03.partial/",
      ])
  }

  @Test func `the keys of all rsync types do the same over ssh`() throws {
    let lines = """
      compression = yes
      bwlimit = 10
      overload_args = -a
      exclude_list = "x y"
      idle_timeout = 30
      """
    let arguments = try RsyncSSH(.rsyncSSH(lines)).onlyArguments()
    #expect(
      arguments == [
        "-rt", "-a", "--protect-args", "-z", "--bwlimit=10", "--exclude=x y",
      ] + always(timeout: 30) + [
        "-e", Self.shell, "--", "backup@web1.example.com:/srv/",
        "/backup/web1/20261124-01h02m03.partial/",
      ])
  }

  @Test(arguments: [
    ("remote_dir = /", "backup@web1.example.com:/"),
    ("remote_dir = /a b'c\"$HOME`id`/", "backup@web1.example.com:/a b'c\"$HOME`id`/"),
    ("remote_dir = relative", "backup@web1.example.com:relative/"),
    ("server_name = 2001:db8::7", "backup@[2001:db8::7]:/srv/"),
    ("server_name = [2001:db8::7]", "backup@[2001:db8::7]:/srv/"),
    ("remote_user = tis backup", "tis backup@web1.example.com:/srv/"),
  ])
  func `the source is sent as it was written, with one slash at its end`(
    _ lines: String, _ source: String
  ) throws {
    let arguments = try RsyncSSH(.rsyncSSH(lines)).onlyArguments()
    #expect(arguments.suffix(3).first == "--")
    #expect(arguments.dropLast().last == source)
  }

  @Test func `a login test asks for rsync there, then for the folder, every word quoted`()
    async throws
  {
    let transcript = Transcript([
      (
        "\(Self.login) 'rsync --version'",
        Finished(0, "rsync  version 3.2.7  protocol version 31\nx\n")
      ),
      (
        Self.login + #" 'test -r '\''/a b'\'' -a -x '\''/a b'\'''"#, Finished(0)
      ),
    ])
    let driver = try RsyncSSH(.rsyncSSH("remote_dir = /a b"))
    let found = try await driver.testConnection(using: transcript.world())
    #expect(
      found == ["logged in; rsync  version 3.2.7  protocol version 31", "/a b can be read"])
    transcript.expectFinished()
  }

  @Test func `a folder that the login cannot read is named by the login test`() async throws {
    let transcript = Transcript([
      ("\(Self.login) 'rsync --version'", Finished(0)),
      ("\(Self.login) 'test -r /srv -a -x /srv'", Finished(1)),
    ])
    let driver = try RsyncSSH(.rsyncSSH())
    let error = await #expect(throws: BackupError.self) {
      try await driver.testConnection(using: transcript.world())
    }
    #expect(
      error?.description == """
        section [web1]: remote_user cannot read '/srv' there
        HINT: Check remote_dir and the rights of remote_user.
        """)
    transcript.expectFinished()
  }

  @Test(arguments: [
    (Finished(127, errors: "bash: rsync: command not found\n"), "Install rsync"),
    (
      Finished(255, errors: "ssh: connect to host a port 22: Connection refused\n"), "No ssh server"
    ),
  ])
  func `a login test that fails says what to do`(_ answer: Finished, _ hint: String) async throws {
    let transcript = Transcript([("\(Self.login) 'rsync --version'", answer)])
    let driver = try RsyncSSH(.rsyncSSH())
    let error = await #expect(throws: BackupError.self) {
      try await driver.testConnection(using: transcript.world())
    }
    #expect(error?.hint?.text.hasPrefix(hint) == true)
    transcript.expectFinished()
  }
}
