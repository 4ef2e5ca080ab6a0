import Foundation
import TISBackupTestSupport
import Testing

/// `check_tisbackup --outbox`, as Nagios runs it.
@Suite("check_tisbackup --outbox", .scratch)
struct CheckOutboxTests {
  /// A server that owes a target the state of a section since a time of the `sqlite3` shell.
  private func server(since: String) async throws -> OldServer {
    let server = try await OldServer.make(OldServer.section("web1"))
    let ini = try write(
      "[icinga]\ntype = icinga2\nurl = https://192.0.2.1:5665\nuser = u\npassword = s3cret\n",
      to: "\(server.folder)/tisbackup-monitoring.ini")
    #expect(exists(ini))
    // Makes the tables and names the target; nothing is owed yet.
    let first = try await server.tool("tisbackup-submit")
    #expect(first.status == 0 && first.stdout == "nothing is owed\n", "\(first.stderr)")
    try await sqlite(
      server.catalog,
      "INSERT INTO outbox (target, kind, section, owed_since) VALUES"
        + " ('icinga', 'BACKUP', 'web1', strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', 'now', '\(since)'))"
    )
    return server
  }

  @Test(
    "tells how long something has been owed",
    arguments: [("-5 minutes", Int32(0)), ("-2 hours", 1), ("-25 hours", 2)])
  func states(_ since: String, _ status: Int32) async throws {
    let result = try await server(since: since).check("--outbox")
    #expect(result.status == status)
    #expect(result.stdout.contains("icinga: owed 1 announcement for "), "\(result.stdout)")
    #expect(result.stdout.contains(" | 'targets'=1;;;0 'owed'=1;;;0 'oldest_owed'="))
    #expect(result.stderr == "" && result.stdout.split(separator: "\n").count == 1)
  }

  @Test("needs no right but to read the catalog, and never the ini with its secrets")
  func unprivileged() async throws {
    let server = try await server(since: "-2 hours")
    _ = try await program(["chmod", "-R", "a+rX", server.folder])
    _ = try await program(["chmod", "600", "\(server.folder)/tisbackup-monitoring.ini"])
    let result = try await program([
      "setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups",
      toolPath("check_tisbackup"), "-f", server.ini, "--outbox", "-o", "json",
    ])
    #expect(result.status == 1, "\(result.stdout)")
    let answer = try #require(try json(result.stdout) as? [String: Any])
    let targets = try #require(answer["others"] as? [[String: Any]])
    #expect(targets.map { $0["name"] as? String } == ["icinga"])
    #expect(!result.stdout.contains("s3cret"))
  }

  @Test("keeps to its byte budget, and to its forms")
  func forms() async throws {
    let server = try await server(since: "-2 hours")
    for budget in [80, 100, 200, 400] {
      let result = try await server.check("--outbox", "--max-output=\(budget)")
      #expect(result.status == 1 && result.stdout.utf8.count <= budget)
      #expect(result.stdout.hasPrefix("TISBACKUP WARNING - icinga"))
    }
    let human = try await server.check("--outbox", "-o", "human")
    #expect(human.stdout.contains("WARNING  icinga"), "\(human.stdout)")
    #expect(try await server.check("--outbox", "--exit-ok").status == 0)
  }

  @Test("a catalog of TISBackup, that owes nobody, is UNKNOWN with the cure, and stays as it is")
  func old() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    let result = try await server.check("--outbox")
    #expect(result.status == 3)
    #expect(result.stdout.contains("run tisbackup-submit --all"), "\(result.stdout)")
    #expect(
      try await sqlite(server.catalog, "SELECT name FROM sqlite_schema WHERE type='table'") == [
        "stats"
      ])
  }
}
