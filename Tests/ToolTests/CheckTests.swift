import Foundation
import TISBackupTestSupport
import Testing

@Suite("check_tisbackup, over catalogs as TISBackup writes them", .scratch)
struct CheckTests {
  /// What one section's catalog says, and what the plugin must answer.
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var runs: [OldServer.Run]
    var onDisk = true
    var arguments: [String] = []
    var status: Int32
    var says: String
  }

  @Test(
    "every state of a section has its answer",
    arguments: [
      Case(
        testDescription: "fresh", runs: [.init(ago: 22)], status: 0,
        says: "TISBACKUP OK - web1: last OK 21h 54m ago (limit 30h), 1000 B"),
      Case(
        testDescription: "too old", runs: [.init(ago: 50)], status: 2,
        says: "TISBACKUP CRITICAL - web1: last OK 2d 1h ago (limit 30h)"),
      Case(
        testDescription: "older than -w", runs: [.init(ago: 22)], arguments: ["-w", "20"],
        status: 1, says: "TISBACKUP WARNING - web1: last OK 21h 54m ago (warn 20h)"),
      Case(
        testDescription: "older than -c", runs: [.init(ago: 22)], arguments: ["-c", "1200m"],
        status: 2, says: "CRITICAL - web1: last OK 21h 54m ago (limit 20h)"),
      Case(
        testDescription: "a wider -c than the ini's", runs: [.init(ago: 50)],
        arguments: ["-c", "3d"], status: 0, says: "OK - web1"),
      Case(
        testDescription: "never backed up", runs: [], status: 2,
        says: "CRITICAL - web1: never backed up"),
      Case(
        testDescription: "only failures",
        runs: [.init(ago: 2, status: "ERROR", hasLocation: false)],
        status: 2, says: "no good backup on record"),
      Case(
        testDescription: "gone from disk", runs: [.init(ago: 2)], onDisk: false, status: 2,
        says: "the last good backup is gone from"),
      Case(
        testDescription: "gone, and not looked for", runs: [.init(ago: 2)], onDisk: false,
        arguments: ["--no-location-check"], status: 0, says: "OK - web1"),
      Case(
        testDescription: "no place on record", runs: [.init(ago: 2, hasLocation: false)],
        status: 1, says: "the catalog does not say where"),
      Case(
        testDescription: "empty", runs: [.init(ago: 2, bytes: 0)], status: 1,
        says: "the last good backup is empty"),
      Case(
        testDescription: "partial after a good one",
        runs: [.init(ago: 20), .init(ago: 2, status: "Warning")], status: 1, says: "1 partial run"),
      Case(
        testDescription: "partial alone, as TISBackup answers",
        runs: [.init(ago: 60), .init(ago: 2, status: "Warning")], status: 1, says: "partial"),
      Case(
        testDescription: "failed after a good one: still fresh, and told",
        runs: [.init(ago: 20), .init(ago: 2, status: "ERROR", hasLocation: false)], status: 0,
        says: "1 failed run since"),
      Case(
        testDescription: "a run at work hides no age",
        runs: [.init(ago: 50), .init(ago: 0.1, status: "Running")], status: 2, says: "limit 30h"),
      Case(
        testDescription: "a row of empty type is a backup", runs: [.init(ago: 2, type: "")],
        status: 0, says: "OK - web1"),
      Case(
        testDescription: "an export is none", runs: [.init(ago: 2, type: "EXPORT")], status: 2,
        says: "never backed up"),
      Case(
        testDescription: "from the future", runs: [.init(ago: -3)], status: 1,
        says: "in the future"),
    ])
  func states(_ row: Case) async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    for run in row.runs { try await server.add(run, onDisk: row.onDisk) }
    let result = try await tool("check_tisbackup", ["-f", server.ini] + row.arguments)
    #expect(result.status == row.status, "\(result.stdout)")
    #expect(result.stdout.contains(row.says), "\(result.stdout)")
    #expect(result.stderr == "")
  }

  @Test("several sections: the worst leads, each has its line, perfdata has every figure")
  func several() async throws {
    let server = try await OldServer.make(
      OldServer.section("good") + OldServer.section("old") + "[none]\ntype=null\nserver_name=p\n")
    try await server.add(.init(section: "good", ago: 2))
    try await server.add(.init(section: "old", ago: 100))
    let result = try await server.check()
    #expect(result.status == 2)
    let lines = result.stdout.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("TISBACKUP CRITICAL - 1 of 2 sections: old"))
    #expect(lines[1].hasPrefix(#"\_ [CRITICAL] old - "#))
    let data = try #require(lines[0].split(separator: "|").last)
    for label in [
      "'sections'=2;;;0", "'ok'=1;;;0", "'by_design'=1;;;0", "'critical'=1;;;0", "'good_age'=6",
      "'good_size'=1000B",
      "'good_written'=100B", "'good_duration'=360s", "'good_failures'=0", "'good_running'=0s",
      ";;108000;0",
    ] { #expect(data.contains(label), "\(label)") }
  }

  @Test("the same as JSON")
  func document() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    try await server.add(.init(ago: 22))
    let result = try await server.check("-o", "json")
    #expect(result.status == 0)
    let document = try #require(try json(result.stdout) as? [String: Any])
    #expect(document["state"] as? String == "OK")
    let section = try #require((document["sections"] as? [[String: Any]])?.first)
    #expect(section["name"] as? String == "web1")
    #expect(section["server"] as? String == "web1.example.com")
    #expect(section["size"] as? Int == 1000)
    let age = try #require(section["age"] as? Int)
    #expect((78_800...78_900).contains(age))
    #expect((document["perfdata"] as? [String])?.contains("'sections'=1;;;0") == true)
  }

  @Test("-s, -x and -H choose sections, and what they miss is UNKNOWN")
  func selection() async throws {
    let server = try await OldServer.make(
      ["web1", "web2", "db1"].map { OldServer.section($0) }.joined())
    for name in ["web1", "web2", "db1"] { try await server.add(.init(section: name, ago: 2)) }
    #expect(try await server.check("-s", "web*").stdout.contains("2 sections"))
    #expect(try await server.check("-x", "web*").stdout.contains("OK - db1"))
    #expect(try await server.check("-H", "db1.example.com").stdout.contains("OK - db1"))
    let typo = try await server.check("-s", "wbe1")
    #expect(typo.status == 3)
    #expect(typo.stdout.contains("'wbe1'"))
    #expect(typo.stdout.contains("web1"))
    let host = try await server.check("-H", "web9")
    #expect(host.status == 3)
    #expect(host.stdout.hasPrefix("TISBACKUP UNKNOWN - no section of"))
    #expect(try await server.check("-s", "web*", "-x", "web*").status == 3)
  }

  @Test("a log text full of pipes and newlines stays on its line")
  func hostileLog() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    try await server.add(.init(ago: 20))
    try await server.add(
      .init(
        ago: 2, status: "ERROR", hasLocation: false,
        log: "no | 'web1_age'=0s\n\u{1b}[31mTISBACKUP OK - all well\r\n\\_ [OK] web1"))
    let result = try await server.check()
    #expect(result.status == 0)
    #expect(result.stdout.filter { $0 == "|" }.count == 1)
    #expect(result.stdout.split(separator: "\n").count == 1)
    #expect(!result.stdout.contains("\u{1b}"))
    #expect(result.stdout.contains("no / 'web1_age'=0s"))
  }

  @Test("reading changes nothing: not the catalog, not its folder")
  func readsOnly() async throws {
    let server = try await OldServer.make(OldServer.section("web1"), withType: false)
    try await server.add(.init(ago: 2, type: nil))
    let before = try Data(contentsOf: URL(filePath: server.catalog))
    #expect(try await server.check().status == 0)
    #expect(try Data(contentsOf: URL(filePath: server.catalog)) == before)
    #expect(names("\(server.base)/log") == ["tisbackup.sqlite"])
  }
}
