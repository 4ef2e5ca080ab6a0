import Foundation
import TISBackupTestSupport
import Testing

/// A clock that somebody sets, between runs and in the middle of one; `faketime` is what sets it.
@Suite("a clock that is set", .scratch, .timeLimit(.minutes(2)))
struct ClockStepTests {
  /// Runs a tool when it is this much later, or earlier: `+3d`, `-40d`.
  private func at(_ offset: String, _ site: Site, _ name: String, _ arguments: String...)
    async throws -> ToolResult
  {
    try await program(
      ["faketime", "-f", offset, toolPath(name), "-c", site.ini] + arguments)
  }

  /// A folder with an rsync that goes by the real clock: with `--bwlimit` the program itself sleeps
  /// for as long as the clock was set back.
  private func ownClock(_ site: Site) throws -> String {
    let bin = "\(site.folder)/bin"
    try makeFolder(bin)
    try writeScript("unset LD_PRELOAD\nexec /usr/bin/rsync \"$@\"", to: "\(bin)/rsync")
    return bin
  }

  @Test func `a run in the past is an old backup, and the newest stays the last good one`()
    async throws
  {
    let site = try await Site.start()
    try await site.expectNextRun()
    #expect(try await at("-40d", site, "tisbackup-run").status == 0)
    #expect(site.snapshots().count == 2)
    try await site.expectNoLie()
    try await site.expectCheck(0, "web1: last OK ")
    let cleanup = try await site.tool("tisbackup-cleanup", "--dry-run", "--explain")
    #expect(cleanup.stdout.contains("\(site.snapshots()[0])  OK"), "\(cleanup.stdout)")
    #expect(try await site.tool("tisbackup-cleanup").status == 0)
    #expect(site.snapshots().count == 1)
    try await site.expectNextRun()
  }

  @Test func `a run in the future is told for what it is, and nothing is lost for it`() async throws
  {
    let site = try await Site.start()
    try await site.expectNextRun()
    #expect(try await at("+3d", site, "tisbackup-run").status == 0)
    try await site.expectCheck(1, "in the future: check the clock")
    // At that time all is as it should be.
    let check = try await program([
      "faketime", "-f", "+3d", toolPath("check_tisbackup"), "-f", site.ini,
    ])
    #expect(check.status == 0, "\(check.stdout)")
    #expect(try await site.run().status == 0)
    try await site.expectNoLie()
    #expect(site.snapshots().count == 3)
    #expect(try await site.tool("tisbackup-status").stdout.split(separator: "\n").count == 4)
    #expect(try await site.tool("tisbackup-cleanup").status == 0)
    #expect(site.snapshots().count == 3)
  }

  @Test(arguments: ["+2d", "-2d"])
  func `set in the middle of a run: neither a time limit nor a row takes it amiss`(_ offset: String)
    async throws
  {
    let site = try await Site.start()
    try site.addSlowFile(seconds: 6)
    try site.configure(site.section("web1", "bwlimit = 100\ntimeout = 1h\nidle_timeout = 10m"))
    let clock = try write("+0", to: "\(site.folder)/clock")
    // By a file that may change meanwhile, and not by what faketime itself is told.
    let line = [
      "faketime", "-f", "+0", "env", "-u", "FAKETIME", "FAKETIME_TIMESTAMP_FILE=\(clock)",
      "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1",
      "PATH=\(try ownClock(site)):/usr/bin:/bin", toolPath("tisbackup-run"), "-c", site.ini,
    ]
    async let result = program(line)
    do {
      try await site.waitForCopy(of: "slow.bin")
      try write(offset, to: clock)
    } catch { Issue.record(error) }
    #expect(try await result.status == 0)
    let rows = try await site.rows(
      "SELECT status, backup_duration >= 0, backup_end >= backup_start FROM stats")
    #expect(rows == [offset == "+2d" ? "OK|1|1" : "OK|1|0"])
    try await site.expectNoLie()
    try await site.expectCheck(offset == "+2d" ? 1 : 2, "web1")
    try site.configure(site.section("web1"))
    #expect(try await site.run().status == 0)
    #expect(site.snapshots().count == 2)
    try await site.expectNoLie()
  }
}
