import Foundation
import TISBackupTestSupport
import Testing

/// What can be seen of a run from another shell, and what asking it to stop leaves.
@Suite("tisbackup-run at work", .scratch, .timeLimit(.minutes(3)))
struct RunningTests {
  /// Four sections, each of which would take minutes.
  private func slowSite() async throws -> Site {
    let site = try await Site.start()
    var generator = SeededGenerator(seed: 1)
    let noise = Data((0..<3_000_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
    try noise.write(to: URL(filePath: "\(site.source)/large.bin"))
    try site.configure(
      (1...4).map { site.section("web\($0)", "bwlimit = 50") }.joined(),
      global: "parallel_per_server = 2")
    return site
  }

  /// What `tisbackup-status --running --json` tells, as soon as every section at work has data.
  private func running(_ site: Site) async throws -> [[String: Any]] {
    for _ in 0..<300 {
      let text = try await site.tool("tisbackup-status", "--running", "--json").stdout
      // Before the run has made a catalog there is no answer.
      let rows = (try? json(text)) as? [[String: Any]] ?? []
      let moving = rows.filter { row in
        ((row["progress"] as? [String: Any])?["bytes"] as? Int ?? 0) > 0
      }
      if rows.count == 2, moving.count == 2 { return rows }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("nothing moves")
    return []
  }

  @Test("is followed from another shell, and asked to stop tells what became of each section")
  func terminate() async throws {
    let site = try await slowSite()
    async let run = site.run("-j", "2")
    let rows = try await running(site)
    #expect(Set(rows.compactMap { $0["status"] as? String }) == ["Running"])
    for row in rows {
      let progress = try #require(row["progress"] as? [String: Any])
      #expect(progress["phase"] as? String == "copies")
    }
    let table = try await site.tool("tisbackup-status", "--running").stdout
    #expect(table.split(separator: "\n").dropFirst().allSatisfy { $0.contains("\tcopies: ") })
    _ = try await program(["pkill", "-TERM", "-f", "^\(toolPath("tisbackup-run")) -c \(site.ini)"])

    let result = try await run
    #expect(result.status == 2)
    let told = result.stdout.split(separator: "\n").dropFirst()
    #expect(told.count == 4)
    #expect(told.count { $0.contains("interrupted by SIGTERM: 'rsync' was ended") } == 2)
    #expect(told.count { $0.contains("not begun, interrupted by SIGTERM") } == 2)
    let logs = try await site.rows("SELECT status, log LIKE 'interrupted by SIGTERM: %' FROM stats")
    #expect(logs == ["ERROR|1", "ERROR|1"])
    for row in rows {
      let folder = "\(site.base)/\(row["section"] as? String ?? "")"
      #expect(names(folder).filter { $0.hasSuffix(".partial") }.count == 1)
      #expect(!names(folder).contains(".progress"))
      #expect(try await program(["flock", "-n", "\(folder)/.lock", "true"]).status == 0)
    }
    #expect(try await program(["flock", "-n", "\(site.base)/.lock", "true"]).status == 0)
    #expect(try await program(["pgrep", "-f", "\(site.base)/web"]).status == 1)
    let check = try await site.check()
    #expect(check.status == 2 && check.stdout.contains("interrupted by SIGTERM"))
  }
}
