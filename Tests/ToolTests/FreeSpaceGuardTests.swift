import Foundation
import TISBackupTestSupport
import Testing

/// A disk that is nearly full: `minimum_free` and `minimum_free_inodes`, to a run as to the check.
@Suite("a disk that is nearly full", .scratch, .timeLimit(.minutes(2)))
struct FreeSpaceGuardTests {
  /// Lines of `[global]`, and what is wrong by them.
  struct Case: CustomTestStringConvertible {
    var lines: String
    /// KiB that are left of 16 MiB, nil when nothing is in the way.
    var left: Int?
    /// The form of what is said of it.
    var found: String

    var testDescription: String {
      "\(lines.isEmpty ? "nothing" : lines.replacing("\n", with: ", ")) with \(left ?? 16_000) KiB"
    }
  }

  @Test(arguments: [
    Case(lines: "", left: 500, found: #"\d(\.\d)?% free \(.+ 5%\)"#),
    Case(lines: "minimum_free = 20%", left: 2000, found: #"1\d(\.\d)?% free \(.+ 20%\)"#),
    Case(lines: "minimum_free = 1GiB", found: #"1\d\.\d MiB free \(.+1(\.0)? GiB\)"#),
    Case(lines: "minimum_free = 3 MB", left: 2000, found: #".+ (K|M)iB free \(.+\)"#),
    Case(lines: "minimum_free_inodes = 100%", found: #"99(\.\d)?% of the inodes free \(.+100%\)"#),
  ])
  func `below it no section begins, and the check is CRITICAL in the same words`(_ low: Case)
    async throws
  {
    try await DiskSite.with { server in
      let site = server.site
      try site.configure(site.section("web1") + site.section("web2"), global: low.lines)
      if let left = low.left { try await server.disk.fill(leaving: left) }
      let result = try await site.run()
      site.expect(
        result, 2, saying: ["[web1]: not begun, ", "[web2]: not begun, ", "minimum_free"])
      let row = try #require(try await site.newest("web2"))
      let begin = "ERROR: not begun, '\(site.base)': "
      #expect(row.hasPrefix(begin) && row.contains("Run tisbackup-cleanup"), "\(row)")
      let words = row.dropFirst(begin.count).prefix { $0 != ";" }
      #expect(try Regex(low.found).wholeMatch(in: words) != nil, "\(words)")
      try await site.expectCheck(
        2, #"\_ [CRITICAL] \#(site.base) - \#(words)"#, "[OK] web1 - last OK")
      #expect(site.snapshots().count == 1)
      #expect(names("\(site.base)/web2").filter { !$0.hasPrefix(".") } == [])
      try await site.expectNoLie()
      if low.left != nil { try server.disk.removeBallast() }
      try site.configure(
        site.section("web1") + site.section("web2"), global: low.left == nil ? "" : low.lines)
      try await site.expectNextRun()
    }
  }

  @Test func `above it all is well`() async throws {
    try await DiskSite.with { server in
      for lines in ["", "minimum_free = 1MiB", "minimum_free = 50%\nminimum_free_inodes = 50%"] {
        try server.site.configure(server.site.section("web1"), global: lines)
        try await server.site.expectNextRun()
      }
      // Without either, a disk may be filled to its end.
      try server.site.configure(server.site.section("web1"), global: DiskSite.unguarded)
      try await server.disk.fill(leaving: 200)
      try await server.site.expectNextRun()
    }
  }
}
