import Foundation
import TISBackupTestSupport
import Testing

@Suite("tisbackup-status --pin", .scratch)
struct PinTests {
  /// Two backups that are too old, and one of an hour ago.
  private func server() async throws -> (server: OldServer, ids: [String], places: [String]) {
    let server = try await OldServer.make(OldServer.section("web1"))
    var places: [String] = []
    for ago in [2000.0, 1000, 1] { places.append(try await server.add(.init(ago: ago))) }
    let ids = places.map { "web1/\(URL(filePath: $0).lastPathComponent)" }
    return (server, ids, places)
  }

  @Test("keeps a backup from every cleanup until it is unpinned; both say so once")
  func life() async throws {
    let (server, ids, places) = try await server()
    let pin = try await server.tool("tisbackup-status", "--pin", ids[0])
    #expect(pin.status == 0)
    #expect(pin.stdout == "pinned \(places[0]): no cleanup removes it\n")
    let again = try await server.tool("tisbackup-status", "--pin", ids[0])
    #expect(again.status == 0 && again.stdout == "\(ids[0]) is pinned already\n")
    let status = try await server.tool("tisbackup-status")
    let rows = status.stdout.split(separator: "\n").map { $0.split(separator: "\t").last ?? "" }
    #expect(rows.filter { $0 == "pinned" }.count == 2 && rows.last == "pinned")
    let document = try json(try await server.tool("tisbackup-status", "--json").stdout)
    let pinned = (document as? [[String: Any]] ?? []).compactMap { $0["pinned"] as? Bool }
    #expect(pinned == [false, false, true])

    #expect(try await server.tool("tisbackup-cleanup").stdout.contains("removed 1 backup"))
    #expect(places.map(exists) == [true, false, true])
    let explained = try await server.tool("tisbackup-cleanup", "--explain", "--dry-run")
    #expect(explained.stdout.contains("pinned"))
    let unpin = try await server.tool("tisbackup-status", "--unpin", ids[0])
    #expect(unpin.stdout == "unpinned \(places[0]): retention decides again\n")
    let none = try await server.tool("tisbackup-status", "--unpin", ids[0])
    #expect(none.status == 0 && none.stdout == "\(ids[0]) is not pinned\n")
    #expect(try await server.tool("tisbackup-cleanup").stdout.contains("removed 1 backup"))
    #expect(places.map(exists) == [false, false, true])
  }

  @Test("outlives the catalog: the pin lies beside the backup")
  func register() async throws {
    let (server, ids, places) = try await server()
    _ = try await server.tool("tisbackup-status", "--pin", ids[0])
    try FileManager.default.removeItem(atPath: server.catalog)
    #expect(try await server.tool("tisbackup-register").status == 0)
    #expect(try await server.tool("tisbackup-cleanup").status == 0)
    #expect(places.map(exists) == [true, false, true])
  }

  @Test("several at once, and as a dry run nothing at all")
  func several() async throws {
    let (server, ids, places) = try await server()
    let dry = try await server.tool("tisbackup-status", "-d", "--pin", ids[0], "--unpin", ids[1])
    #expect(
      dry.stdout == "would pin \(places[0])\nwould unpin \(places[1])\n" && dry.status == 0)
    #expect(names("\(server.base)/web1").allSatisfy { !$0.hasSuffix(".pin") })
    let both = try await server.tool("tisbackup-status", "--json", "--pin", ids[0], "--pin", ids[1])
    #expect((try json(both.stdout) as? [String: String])?.count == 2)
    #expect(names("\(server.base)/web1").filter { $0.hasSuffix(".pin") }.count == 2)
  }

  @Test(
    "what names no backup is refused, with what is there",
    arguments: [
      (["--pin", "web1"], "'web1' names no backup"),
      (["--pin", "web1/2026"], "section/YYYYMMDD-HHhMMmSS"),
      (["--pin", "/20260101-00h00m00"], "names no backup"),
      (["--pin", "web1/../web1/x"], "names no backup"),
      (["--pin", "wbe1/20260101-00h00m00"], "Did you mean 'web1'?"),
      (["--pin", "web1/20200101-00h00m00"], "The newest there are: 2"),
      (["--unpin", "web1/20200101-00h00m00"], "there is no backup"),
      (["--pin", "empty/20200101-00h00m00"], "There is none at all"),
      (["--pin"], "Missing value"),
      (["--pin", "web1/20200101-00h00m00", "--running"], "--running goes with neither"),
      (
        ["--pin", "web1/20200101-00h00m00", "--unpin", "web1/20200101-00h00m00"],
        "is to be pinned and unpinned"
      ),
    ])
  func wrong(_ words: [String], _ said: String) async throws {
    let (server, _, _) = try await server()
    try write(try text(server.ini) + OldServer.section("empty"), to: server.ini)
    let result = try await program([toolPath("tisbackup-status"), "-c", server.ini] + words)
    #expect(result.status == 3)
    #expect(result.stderr.contains(said), "\(result.stderr)")
    #expect(names("\(server.base)/web1").allSatisfy { !$0.hasSuffix(".pin") })
  }
}
