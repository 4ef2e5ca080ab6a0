import BackupDrivers
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite(.scratch)
struct SSHConnectionTests {
  private static let always = [
    "-o", "BatchMode=yes", "-o", "ConnectTimeout=15", "-o", "ServerAliveInterval=15", "-o",
    "ServerAliveCountMax=4",
  ]
  private static let key = ["-i", "/root/.ssh/id_backup", "-o", "IdentitiesOnly=yes"]

  @Test(arguments: [
    ("", ["-o", "StrictHostKeyChecking=accept-new"] + key + ["-p", "22"]),
    ("ssh_port = 2222", ["-o", "StrictHostKeyChecking=accept-new"] + key + ["-p", "2222"]),
    ("host_key_checking = YES", ["-o", "StrictHostKeyChecking=yes"] + key + ["-p", "22"]),
    ("host_key_checking = no", ["-o", "StrictHostKeyChecking=no"] + key + ["-p", "22"]),
    (
      "private_key = /a b/id",
      ["-o", "StrictHostKeyChecking=accept-new", "-i", "/a b/id", "-o", "IdentitiesOnly=yes"]
        + ["-p", "22"]
    ),
    (
      "cipher_spec = aes128-ctr,aes256-ctr",
      ["-o", "StrictHostKeyChecking=accept-new"] + key
        + ["-p", "22", "-c", "aes128-ctr,aes256-ctr"]
    ),
    (
      "ssh_options = KexAlgorithms=+x 'ProxyCommand=nc %h %p'",
      ["-o", "StrictHostKeyChecking=accept-new"] + key
        + ["-p", "22", "-o", "KexAlgorithms=+x", "-o", "ProxyCommand=nc %h %p"]
    ),
  ])
  func `a key of the section becomes exactly these options`(_ lines: String, _ options: [String])
    throws
  {
    let invocation = try SSHConnection(.rsyncSSH(lines)).invocation(running: ["true"])
    #expect(invocation.program == "ssh")
    #expect(
      invocation.arguments == Self.always + options
        + ["-T", "--", "backup@web1.example.com", "true"])
  }

  @Test(arguments: [
    ("connect_timeout = 40", 40), ("connect_timeout = 1m", 60), ("connect_timeout = 0", 1),
  ])
  func `a connection may take so many seconds, and never for ever`(_ lines: String, _ seconds: Int)
    throws
  {
    let invocation = try SSHConnection(.rsyncSSH(lines)).invocation(running: ["true"])
    #expect(invocation.arguments[3] == "ConnectTimeout=\(seconds)")
  }

  @Test(arguments: [
    ("web1.example.com", "web1.example.com", "backup@web1.example.com"),
    ("2001:db8::7", "2001:db8::7", "backup@[2001:db8::7]"),
    ("[2001:db8::7]", "2001:db8::7", "backup@[2001:db8::7]"),
  ])
  func `an IPv6 address has brackets for rsync and none for ssh`(
    _ name: String, _ forSSH: String, _ forRsync: String
  ) throws {
    let connection = try SSHConnection(.rsyncSSH("server_name = \(name)"))
    #expect(
      connection.invocation(running: ["true"]).arguments.dropLast().last == "backup@\(forSSH)")
    #expect(connection.rsyncHost == forRsync)
  }

  @Test(arguments: [
    (["ls", "-l"], "ls -l"), (["test", "-r", "/a b"], "test -r '/a b'"),
    (["echo", "$HOME", "it's", "`id`", ""], #"echo '$HOME' 'it'\''s' '`id`' ''"#),
    (["a;b", "c\nd", "*"], "'a;b' 'c\nd' '*'"),
  ])
  func `every word for the other side is quoted there`(_ words: [String], _ line: String) throws {
    let invocation = try SSHConnection(.rsyncSSH()).invocation(running: words)
    #expect(invocation.arguments.last == line)
  }

  @Test func `a line of the administrator arrives as it stands, with variables offered`() throws {
    let connection = try SSHConnection(.rsyncSSH())
    let line = "cd /srv && ./dump \"$TISBACKUP_SECTION\" | gzip"
    let plain = connection.invocation(runningLine: line)
    #expect(plain.arguments.suffix(4) == ["-T", "--", "backup@web1.example.com", line])
    let offered = connection.invocation(
      runningLine: line, setting: ["TISBACKUP_SECTION": "web1", "TISBACKUP_DATE": "2026"])
    #expect(
      offered.arguments.suffix(6) == [
        "-o", "SetEnv=TISBACKUP_DATE=2026 TISBACKUP_SECTION=web1", "-T", "--",
        "backup@web1.example.com", line,
      ])
  }

  @Test(arguments: [
    "/plain", "/a b/key", "/it's/key", "/\"quoted\"/key", "/both ' and \" here", "/a\\b",
    "/$HOME/k",
    "''", "/ends with quote'", "/two  blanks", "/tab\tkey",
  ])
  func `rsync itself reads every word of its -e as it was`(_ key: String) async throws {
    let folder = ScratchDirectory.path
    let ssh = "\(folder)/ssh"
    try writeScript("printf '%s\\0' \"$@\" > '\(folder)/words'", to: ssh)
    let section = Section(
      name: "web1",
      values: [
        "server_name": .init("web1", line: 1), "private_key": .init(key, line: 2),
        "ssh_options": .init("'ProxyCommand=a \"b\" c' Compression=no", line: 3),
      ])
    let shell = try SSHConnection(section).rsyncShell
    #expect(shell.hasPrefix("ssh -o "))
    _ = try await program(
      ["rsync", "-e", folder + "/" + shell, "web1:/x", "\(folder)/to"])
    let words = try Data(contentsOf: URL(filePath: "\(folder)/words")).split(separator: 0)
      .map { String(decoding: $0, as: UTF8.self) }
    let host = try #require(words.firstIndex(of: "web1"))
    #expect(
      Array(words[..<host]) == Self.always + [
        "-o", "StrictHostKeyChecking=accept-new", "-i", key, "-o", "IdentitiesOnly=yes", "-p",
        "22", "-o", "ProxyCommand=a \"b\" c", "-o", "Compression=no",
      ])
  }
}
