import Foundation
import TISBackupTestSupport
import Testing

@Suite("tisbackup-run, stopped half-way", .scratch)
struct RunCrashTests {
  /// A site whose copy of `large.bin` takes five minutes, unless told otherwise: longer than a
  /// machine under load needs to look at what is going on.
  private func slowSite() async throws -> Site {
    let site = try await Site.start()
    let bytes = Data((0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
    let large = (0..<10).reduce(into: Data()) { data, _ in data += bytes }
    try large.write(to: URL(filePath: "\(site.source)/large.bin"))
    try site.configure(site.section("web1", "bwlimit = 50"))
    return site
  }

  /// Starts a run, waits until the file is on its way, sends the signal; gives the exit status.
  private func interrupt(_ site: Site, with signal: String) async throws -> ToolResult {
    try await program([
      "sh", "-c",
      #"""
      "$1" -c "$2" & tool=$!
      exec 2>/dev/null
      for i in $(seq 300); do
        sqlite3 -readonly "$3/log/tisbackup.sqlite" 'SELECT status FROM stats' | grep -q Running \
          && find "$3" -path '*.partial/*' -name '*large.bin*' -size +0 | grep -q . && break
        sleep 0.1
      done
      kill -"$4" $tool
      wait $tool
      """#, "sh", toolPath("tisbackup-run"), site.ini, site.base, signal,
    ])
  }

  @Test("killed outright, the truth is told at once, and the next run takes up what is there")
  func kill() async throws {
    let site = try await slowSite()
    let killed = try await interrupt(site, with: "KILL")
    #expect(killed.status == 128 + 9)
    let rows = try await site.rows("SELECT status, backup_start = backup_end FROM stats")
    #expect(rows.count == 1 && rows[0].hasPrefix("Running"))
    // The check knows that the writer is gone; so does the status.
    let check = try await site.check()
    #expect(check.status == 2)
    #expect(check.stdout.contains("is gone"), "\(check.stdout)")
    #expect(try await site.tool("tisbackup-status").stdout.contains("\tdied\t"))
    // The rsync that was left behind still writes: nobody else may, until it is through.
    try site.configure(site.section("web1"))
    #expect(try await site.run().stdout.contains("a program it left, is at work"))
    // Asked to end, one of its two processes may wait for the daemon's five minutes.
    _ = try await program(["pkill", "-KILL", "-f", "\(site.base)/web1/"])
    try await waitForLock(site)
    let next = try await site.run()
    #expect(next.status == 0, "\(next.stderr)")
    #expect(try await site.rows("SELECT status FROM stats ORDER BY rowid") == ["ERROR", "OK"])
    #expect(names("\(site.base)/web1").filter { $0.hasSuffix(".partial") } == [])
    let place = "\(site.base)/web1/\(try #require(site.snapshots().first))"
    let same = try await program(["diff", "-r", site.source, place])
    #expect(same.status == 0, "\(same.stdout)")
  }

  /// As long as a program of a killed run goes on, its section stays locked.
  private func waitForLock(_ site: Site) async throws {
    let free = try await program([
      "flock", "--timeout", "60", "\(site.base)/web1/.lock", "true",
    ])
    #expect(free.status == 0)
  }

  @Test("asked to stop, it ends its programs, its row and its lock", arguments: ["TERM", "INT"])
  func terminate(_ signal: String) async throws {
    let site = try await slowSite()
    let result = try await interrupt(site, with: signal)
    #expect(result.status == 2)
    let rows = try await site.rows(
      "SELECT status, log LIKE 'interrupted by SIG\(signal): %' FROM stats")
    #expect(rows == ["ERROR|1"])
    let locked = try await program(["flock", "-n", "\(site.base)/web1/.lock", "true"])
    #expect(locked.status == 0)
    #expect(names("\(site.base)/web1").filter { $0.hasSuffix(".partial") }.count == 1)
  }

  @Test("however often it is stopped, there is one partial folder, and it grows into the backup")
  func onePartial() async throws {
    let site = try await slowSite()
    for _ in 0..<3 { _ = try await interrupt(site, with: "TERM") }
    #expect(names("\(site.base)/web1").filter { $0.hasSuffix(".partial") }.count == 1)
    try site.configure(site.section("web1"))
    #expect(try await site.run().status == 0)
    #expect(names("\(site.base)/web1").filter { $0.hasSuffix(".partial") } == [])
    let status = try await site.rows("SELECT status FROM stats ORDER BY rowid")
    #expect(status == ["ERROR", "ERROR", "ERROR", "OK"])
  }

  @Test("a section at work is left alone by a second run, by cleanup, and is no failure of it")
  func twice() async throws {
    let site = try await slowSite()
    try makeFolder("\(site.base)/web1")
    // Held by another program, as a running backup would.
    let result = try await program([
      "flock", "\(site.base)/web1/.lock", toolPath("tisbackup-run"), "-c", site.ini,
    ])
    #expect(result.status == 1)
    #expect(result.stdout.contains("skipped"))
    #expect(try await site.rows("SELECT * FROM stats") == [])
  }
}
