import Foundation
import TISBackupTestSupport
import Testing

@Suite("tisbackup-cleanup", .scratch)
struct CleanupTests {
  /// Three backups: two old ones, one of an hour ago.
  private func server() async throws -> (server: OldServer, places: [String]) {
    let server = try await OldServer.make(OldServer.section("web1"))
    var places: [String] = []
    for ago in [2000.0, 1000, 1] { places.append(try await server.add(.init(ago: ago))) }
    return (server, places)
  }

  @Test("what is older than its retention goes, from disk and from the list of backups")
  func removes() async throws {
    let (server, places) = try await server()
    let result = try await server.tool("tisbackup-cleanup")
    #expect(result.status == 0)
    #expect(result.stdout.contains("removed 2 backups"))
    #expect(places.map(exists) == [false, false, true])
    let types = try await sqlite(server.catalog, "SELECT TYPE FROM stats ORDER BY backup_start")
    #expect(types == ["CLEAN", "CLEAN", "BACKUP"])
    #expect(names("\(server.base)/web1").filter { $0.hasPrefix(".trash") } == [])
  }

  @Test("a dry run names what would go, and why, and touches nothing")
  func dryRun() async throws {
    let (server, places) = try await server()
    let before = try Data(contentsOf: URL(filePath: server.catalog))
    let result = try await server.tool("tisbackup-cleanup", "--dry-run", "--explain")
    #expect(result.status == 0)
    let lines = result.stdout.split(separator: "\n")
    #expect(
      lines.filter { $0.contains("remove") && $0.contains("older than retention") }.count == 2)
    #expect(result.stdout.contains("2 to remove, "))
    #expect(result.stdout.contains("iB would be freed; nothing was touched"))
    #expect(lines.filter { $0.contains("keep") && $0.contains("within retention") }.count == 1)
    #expect(places.map(exists) == [true, true, true])
    #expect(try Data(contentsOf: URL(filePath: server.catalog)) == before)
    #expect(names("\(server.base)/log") == ["tisbackup.sqlite"])
  }

  @Test("without a good backup inside the window nothing goes; --force keeps the last good one")
  func noFresh() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    let older = try await server.add(.init(ago: 2000))
    let newer = try await server.add(.init(ago: 1000))
    for words in [[], ["--dry-run"]] {
      let result = try await program([toolPath("tisbackup-cleanup"), "-c", server.ini] + words)
      #expect(result.status == 1)
      #expect(result.stdout.contains("nothing to remove"))
      #expect((result.stdout + result.stderr).contains("no good backup lies within"))
    }
    #expect(exists(older) && exists(newer))
    #expect(try await server.tool("tisbackup-cleanup", "--force").status == 0)
    #expect(!exists(older) && exists(newer))
  }

  @Test("why a backup was deleted can be asked afterwards, as long as the catalog is there")
  func why() async throws {
    let (server, places) = try await server()
    let ini = try text(server.ini).replacing("[web1]", with: "[web1]\nkeep_monthly = 1")
    try write(ini, to: server.ini)
    // One that TISBackup removed, which tells nobody why.
    try await server.add(.init(ago: 3000, type: "CLEAN"), onDisk: false)
    let result = try await server.tool("tisbackup-cleanup", "--explain", "--json")
    let document = try #require(try json(result.stdout) as? [String: Any])
    #expect(document["state"] as? String == "OK" && document["sections"] != nil)
    let then = try #require(document["backups"] as? [[String: Any]])
    #expect(then.compactMap { $0["action"] as? String } == ["keep", "remove", "remove", "removed"])
    #expect(then.dropFirst().prefix(2).allSatisfy { ($0["freed_bytes"] as? Int ?? 0) > 0 })

    let later = try await server.tool("tisbackup-cleanup", "--explain", "--dry-run")
    let lines = later.stdout.split(separator: "\n")
    let removed = lines.filter { $0.hasPrefix("web1") && $0.contains(" removed ") }
    #expect(removed.count == 2)
    for place in places.prefix(2) {
      let name = URL(filePath: place).lastPathComponent
      let line = try #require(removed.first { $0.contains(name) })
      #expect(line.contains("older than retention, and the newest of no kept month"))
    }
    #expect(later.stdout.contains("1 were removed earlier, or by TISBackup"))
    #expect(lines.last == "nothing to remove")
    let all = try json(
      try await server.tool("tisbackup-cleanup", "--explain", "--dry-run", "--json").stdout)
    let rows = try #require(all as? [[String: Any]])
    #expect(rows.count == 4)
    #expect(rows.last?["reason"] as? String == "not on record: TISBackup removed it")
    #expect(rows.filter { $0["removed_at"] != nil }.count == 2)
  }

  @Test("keys that keep more are judged like any other")
  func keys() async throws {
    let (server, places) = try await server()
    for (value, status) in [("keep_daily = -1", 2), ("keep_daily = 2x", 2), ("keep_daily = 3", 0)] {
      let ini = try text(server.ini).split(separator: "\n").filter { !$0.hasPrefix("keep_daily") }
        .joined(separator: "\n").replacing("[web1]", with: "[web1]\n\(value)")
      try write(ini + "\n", to: server.ini)
      let result = try await server.tool("tisbackup-cleanup")
      #expect(result.status == status, "\(value)")
      #expect(places.map(exists) == [true, true, true], "\(value)")
    }
  }

  @Test("an interrupted cleanup is finished by the next")
  func resumes() async throws {
    let (server, places) = try await server()
    // Stopped between the rename and the row, and another between the row and the removal.
    let trash = "\(server.base)/web1/.trash-"
    for (place, isMarked) in [(places[0], false), (places[1], true)] {
      let name = place.split(separator: "/").last ?? ""
      try FileManager.default.moveItem(atPath: place, toPath: trash + name)
      if isMarked {
        try await sqlite(
          server.catalog, "UPDATE stats SET TYPE='CLEAN' WHERE backup_location='\(place)'")
      }
    }
    #expect(try await server.tool("tisbackup-cleanup").status == 0)
    #expect(names("\(server.base)/web1").filter { $0.hasPrefix(".trash") } == [])
    let types = try await sqlite(server.catalog, "SELECT TYPE FROM stats ORDER BY backup_start")
    #expect(types == ["CLEAN", "CLEAN", "BACKUP"])
  }

  @Test("a row that points elsewhere deletes nothing there", arguments: ["/elsewhere", "/web1/.."])
  func elsewhere(_ place: String) async throws {
    let (server, _) = try await server()
    let outside = server.folder + place
    try makeFolder(outside)
    try write("precious", to: "\(outside)/file")
    try await server.add(.init(ago: 3000, location: outside), onDisk: false)
    #expect(try await server.tool("tisbackup-cleanup").status == 0)
    #expect(exists("\(outside)/file"))
    #expect(exists(server.catalog))
  }

  @Test("a link in place of a backup is removed itself, never followed")
  func link() async throws {
    let (server, places) = try await server()
    let outside = "\(server.folder)/outside"
    try makeFolder(outside)
    try write("precious", to: "\(outside)/file")
    try FileManager.default.removeItem(atPath: places[0])
    try FileManager.default.createSymbolicLink(atPath: places[0], withDestinationPath: outside)
    #expect(try await server.tool("tisbackup-cleanup").status == 0)
    #expect(exists("\(outside)/file"))
    #expect(!names("\(server.base)/web1").contains(URL(filePath: places[0]).lastPathComponent))
  }

  @Test("one section that cannot be cleaned stops no other, and is exit status 2")
  func oneFails() async throws {
    let (server, places) = try await server()
    let ini = try text(server.ini) + "[bad]\ntype=rsync+ssh\nserver_name=b\n"
    try write(ini, to: server.ini)
    let result = try await server.tool("tisbackup-cleanup", "--json")
    #expect(result.status == 2)
    #expect(!exists(places[0]))
    let document = try #require(try json(result.stdout) as? [String: Any])
    #expect(document["state"] as? String == "CRITICAL")
  }
}
