import Foundation
import TISBackupTestSupport
import Testing

/// A connection that breaks in the middle of a copy, and one that is refused.
@Suite("a connection that breaks", .scratch, .timeLimit(.minutes(2)))
struct TransportFaultTests {
  private static let retrying = "retries = 5\nretry_delay = 1s\nbwlimit = 100"

  /// What must be so after a run that had to begin its copy again.
  private func expectRetried(_ result: ToolResult, _ site: Site) async throws {
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stderr.contains(": tries again in 1s"), "\(result.stderr)")
    #expect(try await site.rows("SELECT status FROM stats") == ["OK"])
    #expect(site.snapshots().count == 1)
    try await site.expectNoLie()
    try await site.expectNextRun()
  }

  @Test func `an sshd that is killed and comes back: one row, one backup, nothing is missing`()
    async throws
  {
    let site = try await Site.start()
    let ssh = try await SSHServer.start(in: site.folder)
    try site.addSlowFile(seconds: 8)
    try site.configure(site.section("web1", over: ssh, Self.retrying))
    var again: Server?
    let result = try await site.run {
      try await site.waitForCopy(of: "slow.bin")
      ssh.kill()
      again = try await site.startAgain(ssh)
    }
    try site.configure(site.section("web1", over: ssh))
    try await expectRetried(result, site)
    withExtendedLifetime(again) {}
  }

  @Test func `a daemon that is killed and comes back: one row, one backup, nothing is missing`()
    async throws
  {
    let site = try await Site.start()
    try site.addSlowFile(seconds: 8)
    try site.configure(site.section("web1", Self.retrying))
    var again: Server?
    let result = try await site.run {
      try await site.waitForCopy(of: "slow.bin")
      try await site.killDaemon()
      again = try await site.startDaemonAgain()
    }
    try site.configure(site.section("web1"))
    try await expectRetried(result, site)
    withExtendedLifetime(again) {}
  }

  @Test func `without retries it fails, and the next run takes up the work`() async throws {
    let site = try await Site.start()
    try site.addSlowFile(seconds: 8)
    try site.configure(site.section("web1", "bwlimit = 100\nretries = 0"))
    let result = try await site.run {
      try await site.waitForCopy(of: "slow.bin")
      try await site.killDaemon()
    }
    #expect(result.status == 2)
    #expect(result.stderr.contains("rsync exit 12, the connection broke"), "\(result.stderr)")
    #expect(!result.stderr.contains("again in"))
    #expect(try await site.newest()?.hasPrefix("ERROR: rsync exit 12") == true)
    try await site.expectNoLie()
    try await site.expectCheck(2, "no good backup on record", "rsync exit 12, the connection broke")
    let again = try await site.startDaemonAgain()
    try site.configure(site.section("web1"))
    try await site.expectNextRun()
    withExtendedLifetime(again) {}
  }

  /// What says no and goes on to say it: the line of the section, and what is said.
  struct Refusal: CustomTestStringConvertible {
    var testDescription: String
    var line: String
    var isOverSSH = true
    var words: [String]
  }

  @Test(arguments: [
    Refusal(
      testDescription: "a host key that has changed", line: "",
      words: ["Host key verification failed", "ssh-keygen -R"]),
    Refusal(
      testDescription: "a key that is not let in", line: "private_key = STRANGER",
      words: ["Permission denied", "authorized_keys"]),
    Refusal(
      testDescription: "an unknown module", line: "rsync_module = other", isOverSSH: false,
      words: ["Unknown module 'other'", "rsync_module"]),
    Refusal(
      testDescription: "a wrong password", line: "password_file = STRANGER", isOverSSH: false,
      words: ["auth failed", "secrets file"]),
  ])
  func `what is refused is not tried again`(_ refusal: Refusal) async throws {
    let site = try await Site.start()
    let ssh = try await SSHServer.start(in: site.folder)
    let stranger = "\(site.folder)/stranger"
    _ = try await program(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", stranger])
    if refusal.line.isEmpty {
      let other = try text(stranger + ".pub")
      try write("[127.0.0.1]:\(ssh.port) \(other)", to: ssh.knownHosts)
    }
    let lines =
      "retries = 5\nretry_delay = 10m\n" + refusal.line.replacing("STRANGER", with: stranger)
    try site.configure(
      refusal.isOverSSH
        ? site.section("web1", over: ssh, lines) : site.section("web1", lines))
    let result = try await site.run()
    site.expect(result, 2, saying: refusal.words)
    #expect(!result.stderr.contains("again in") && !result.stderr.contains("attempts"))
    #expect(try await site.rows("SELECT status FROM stats") == ["ERROR"])
    try await site.expectCheck(2, "no good backup on record", refusal.words[0])
    try write("", to: ssh.knownHosts)
    try site.configure(
      refusal.isOverSSH ? site.section("web1", over: ssh) : site.section("web1"))
    try await site.expectNextRun()
  }
}
