import Foundation
import TISBackupTestSupport
import Testing

@Suite("tisbackup-status", .scratch)
struct StatusTests {
  @Test("tab separated for scripts, newest first, so many of each section")
  func tabs() async throws {
    let server = try await OldServer.make(OldServer.section("web1") + OldServer.section("db1"))
    for ago in [50.0, 26, 2] { try await server.add(.init(ago: ago)) }
    try await server.add(.init(section: "db1", ago: 5, status: "ERROR", hasLocation: false))
    let result = try await server.tool("tisbackup-status", "-n", "2")
    #expect(result.status == 0)
    let rows = result.stdout.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false)
    }
    #expect(
      rows[0] == [
        "section", "type", "start", "took", "status", "files", "size", "new", "location", "log",
        "verified_at", "verified_status", "progress", "pinned",
      ])
    #expect(rows.dropFirst().map { $0[0] } == ["web1", "web1", "db1"])
    #expect(rows[1][2] > rows[2][2])
    #expect(rows[3][4] == "ERROR")
    #expect(rows.allSatisfy { $0.count == 14 })
  }

  @Test("as JSON, with offsets and plain numbers")
  func document() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    try await server.add(.init(ago: 2))
    let result = try await server.tool("tisbackup-status", "--json")
    let row = try #require((try json(result.stdout) as? [[String: Any]])?.first)
    #expect(row["section"] as? String == "web1")
    #expect(row["duration"] as? Int == 360)
    #expect(row["bytes"] as? Int == 1000)
    let start = try #require(row["start"] as? String)
    #expect(start.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d/#) != nil)
  }

  @Test("--running shows what is at work now, and no trace of what died")
  func running() async throws {
    let server = try await OldServer.make(OldServer.section("web1") + OldServer.section("db1"))
    #expect(try await server.tool("tisbackup-status", "--running").stdout == "nothing is running\n")
    try await server.add(.init(ago: 0.01, status: "Running", hasLocation: false))
    let result = try await server.tool("tisbackup-status", "--running")
    #expect(result.stdout.split(separator: "\n").count == 2)
    #expect(result.stdout.contains("web1"))
  }

  @Test("a log full of tabs, newlines and terminal sequences stays in its cell")
  func hostileLog() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    try await server.add(.init(ago: 2, log: "a\tb\nc\u{1b}[2Jd\r\u{7}"))
    let result = try await server.tool("tisbackup-status")
    #expect(result.stdout.split(separator: "\n").count == 2)
    #expect(!result.stdout.contains("\u{1b}"))
  }

  @Test("an answer that cannot be written is a failure; a reader that has read enough is none")
  func lostAnswer() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    try await server.add(.init(ago: 2))
    let words = [toolPath("tisbackup-status"), "-c", server.ini]
    let full = try await program(["sh", "-c", #""$@" >/dev/full"#, "sh"] + words)
    #expect(full.status == 2)
    #expect(full.stderr.contains("cannot write the answer to standard output: No space left"))
    let enough = try await program(
      ["bash", "-c", #"set -o pipefail; "$@" | true"#, "bash"] + words)
    #expect(enough.status == 0)
  }

  @Test("a reader changes nothing in a catalog of TISBackup")
  func readsOnly() async throws {
    let server = try await OldServer.make(OldServer.section("web1"), withType: false)
    try await server.add(.init(ago: 2, type: nil))
    let before = try Data(contentsOf: URL(filePath: server.catalog))
    #expect(try await server.tool("tisbackup-status").status == 0)
    #expect(try Data(contentsOf: URL(filePath: server.catalog)) == before)
    #expect(names("\(server.base)/log") == ["tisbackup.sqlite"])
  }
}
