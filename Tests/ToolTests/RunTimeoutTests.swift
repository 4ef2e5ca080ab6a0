import Foundation
import TISBackupTestSupport
import Testing

/// A run that takes longer than its `timeout`, wherever it is then.
@Suite("a run that takes too long", .scratch, .timeLimit(.minutes(2)))
struct RunTimeoutTests {
  /// The line of a hook that tells what the run came to.
  private func after(_ site: Site) -> String {
    "postexec_local = sh -c 'echo $TISBACKUP_STATUS > \(site.folder)/after'"
  }

  /// What must be so after it: no program of it lives, what comes after was done, and it is told why.
  private func expectOver(_ result: ToolResult, _ site: Site) async throws {
    site.expect(result, 2, saying: ["timeout of 2s"])
    site.expectNoProgram()
    #expect(try text("\(site.folder)/after") == "ERROR\n")
    let row = try #require(try await site.newest())
    #expect(row.hasPrefix("ERROR: ") && row.contains("timeout of 2s"), "\(row)")
    try await site.expectNoLie()
    try await site.expectCheck(2, "no good backup on record; 1 failed run", "timeout of 2s")
    try site.configure(site.section("web1"))
    try await site.expectNextRun()
  }

  // What is to be ended takes not much longer than the limit: one that came late would find it done.
  @Test func `in the middle of a copy: the copy is ended, and the next run goes on with it`()
    async throws
  {
    let site = try await Site.start()
    try site.addSlowFile(seconds: 15)
    try site.configure(site.section("web1", "bwlimit = 100\ntimeout = 2s\n\(after(site))"))
    try await expectOver(try await site.run(), site)
  }

  @Test func `in a hook on the other side: its connection is ended`() async throws {
    let site = try await Site.start()
    let ssh = try await SSHServer.start(in: site.folder)
    let pid = "\(site.folder)/hook.pid"
    try site.configure(
      site.section(
        "web1", over: ssh,
        "preexec = echo $$ > \(pid); exec sleep 15\ntimeout = 2s\n\(after(site))"))
    let result = try await site.run()
    #expect(result.stderr.contains("preexec"), "\(result.stderr)")
    #expect(commandLines(with: ssh.key) == [])
    try await expectOver(result, site)
    // Over there nobody ends what does not notice that its connection is gone.
    if let left = (try? text(pid)).flatMap({ Int32($0.dropLast()) }) { kill(left, SIGKILL) }
  }

  @Test func `before a retry: what would begin too late is not waited for`() async throws {
    let site = try await Site.start()
    await site.daemon.server.end()
    try site.configure(
      site.section("web1", "retries = 5\nretry_delay = 1h\ntimeout = 10m\n\(after(site))"))
    let result = try await site.run()
    site.expect(result, 2, saying: ["rsync exit 10"])
    #expect(!result.stderr.contains("again in"))
    #expect(try text("\(site.folder)/after") == "ERROR\n")
  }
}
