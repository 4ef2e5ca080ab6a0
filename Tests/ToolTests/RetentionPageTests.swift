import Foundation
import TISBackupTestSupport
import Testing

/// `contrib/doc/retention.md`: every command in it is executed, and does what the page says.
@Suite("the page about retention", .scratch)
struct RetentionPageTests {
  private static let page = shippedFile("../contrib/doc/retention.md")

  /// A server with two old backups and one of an hour ago; gives their places, oldest first.
  private func server() async throws -> (server: OldServer, places: [String]) {
    let server = try await OldServer.make(OldServer.section("web1"))
    var places: [String] = []
    for ago in [2000.0, 1000, 1] { places.append(try await server.add(.init(ago: ago))) }
    return (server, places)
  }

  private func chapter(_ title: String, _ server: OldServer, _ place: String? = nil) throws
    -> CommandPage
  {
    let tools = URL(filePath: toolPath("tisbackup-cleanup")).deletingLastPathComponent().path
    let date = place.map { URL(filePath: $0).lastPathComponent }
    return try CommandPage(
      Self.page, chapter: title,
      words: title == "Why is it gone?" ? [.init("20261124-04h23m29", date ?? "")] : [],
      dates: title == "Keep one for ever" ? ["web1": date ?? ""] : [:],
      environment: ["TISBACKUP_CONFIG": server.ini, "PATH": "\(tools):/usr/bin:/bin"])
  }

  @Test("there is no other chapter with commands")
  func chapters() throws {
    #expect(
      try CommandPage.chapters(Self.page) == [
        "What stays", "What would go, and what that gives back", "Why is it gone?",
        "Keep one for ever", "No good backup for weeks, and the disk is full",
      ])
  }

  @Test("the keys it shows are keys, and every key of retention is told")
  func keys() async throws {
    let (server, _) = try await server()
    let blocks = try text(Self.page).components(separatedBy: "```")
    let shown = blocks[1].replacing("\n[global]", with: "")
    try write(
      try text(server.ini).replacing("backup_retention_time=30", with: shown), to: server.ini)
    let check = try await server.tool("tisbackup-run", "--check-config")
    #expect(!check.stdout.contains("keep_") && check.status <= 1, "\(check.stdout)")
    for key in ["keep_last", "keep_daily", "minimum_good", "failed_retention_time"] {
      #expect(blocks[0].contains("`\(key)`"))
    }
  }

  @Test("what would go, and what that gives back")
  func preview() async throws {
    let (server, places) = try await server()
    let printed = try await chapter("What would go, and what that gives back", server).run()
    #expect(printed.contains("2 to remove, ") && printed.contains("FREED"))
    #expect(printed.contains("\"freed_bytes\":"))
    #expect(places.map(exists) == [true, true, true])
  }

  @Test("why it is gone")
  func why() async throws {
    let (server, places) = try await server()
    _ = try await server.tool("tisbackup-cleanup")
    let printed = try await chapter("Why is it gone?", server, places[0]).run()
    #expect(printed.split(separator: "\n").last?.hasSuffix("\"older than retention\"") == true)
  }

  @Test("one that is kept for ever")
  func pins() async throws {
    let (server, places) = try await server()
    let printed = try await chapter("Keep one for ever", server, places[0]).run()
    for words in ["pinned \(places[0])", " pinned\n", "unpinned", "older than retention"] {
      #expect(printed.contains(words), "\(words) of \(printed)")
    }
  }

  @Test("and cleaning without a good backup in the window")
  func force() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    let places = [try await server.add(.init(ago: 2000)), try await server.add(.init(ago: 1000))]
    let printed = try await chapter("No good backup for weeks, and the disk is full", server).run()
    #expect(printed.contains("last good backup") && printed.contains("removed 1 backup"))
    #expect(places.map(exists) == [false, true])
  }
}
