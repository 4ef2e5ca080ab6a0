import Foundation
import Glibc
import TISBackupTestSupport
import Testing

/// As Nagios and other users meet the tools.
///
/// Run by root, these become `nobody`; run by anybody
/// else, they are unprivileged already.
@Suite("as an unprivileged user", .scratch)
struct UnprivilegedTests {
  private func asNobody(_ words: [String]) async throws -> ToolResult {
    try await program(
      getuid() == 0
        ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + words : words)
  }

  private func mode(_ path: String, _ mode: Int) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  @Test("the check reads a catalog it may only read, and leaves nothing beside it")
  func check() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    let place = try await server.add(.init(ago: 2))
    for path in [server.folder, server.base, "\(server.base)/log", "\(server.base)/web1", place] {
      try mode(path, 0o555)
    }
    try mode(server.ini, 0o444)
    try mode(server.catalog, 0o444)
    defer {
      for path in [server.folder, server.base, "\(server.base)/log", "\(server.base)/web1", place] {
        try? mode(path, 0o755)
      }
    }
    let plugin = toolPath("check_tisbackup")
    let result = try await asNobody([plugin, "-f", server.ini])
    #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
    #expect(names("\(server.base)/log") == ["tisbackup.sqlite"])
  }

  @Test("what it may not see is UNKNOWN with the cure, never gone")
  func hidden() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    try await server.add(.init(ago: 2))
    try mode(server.folder, 0o755)
    for path in [server.base, "\(server.base)/log"] { try mode(path, 0o755) }
    try mode(server.ini, 0o444)
    try mode(server.catalog, 0o444)
    try mode("\(server.base)/web1", 0o000)
    defer { try? mode("\(server.base)/web1", 0o755) }
    let hidden = try await asNobody([toolPath("check_tisbackup"), "-f", server.ini])
    #expect(hidden.status == 3)
    #expect(hidden.stdout.contains("--no-location-check"))
    let told = try await asNobody([
      toolPath("check_tisbackup"), "-f", server.ini, "--no-location-check",
    ])
    #expect(told.status == 0, "\(told.stdout)")
    try mode(server.catalog, 0o000)
    let locked = try await asNobody([toolPath("check_tisbackup"), "-f", server.ini])
    #expect(locked.status == 3)
    #expect(
      locked.stdout.contains("ermission") || locked.stdout.contains("may not"), "\(locked.stdout)")
  }

  @Test("a run without the right to write says so and exits 3")
  func run() async throws {
    let site = try await Site.start()
    try mode(site.folder, 0o755)
    try mode(site.base, 0o555)
    try mode(site.ini, 0o444)
    defer { try? mode(site.base, 0o755) }
    let result = try await asNobody([toolPath("tisbackup-run"), "-c", site.ini])
    #expect(result.status == 3)
    #expect(result.stderr.contains("Permission denied"))
    #expect(result.stderr.contains("HINT: Run as root, or as the user who owns that path."))
    #expect(names(site.base) == [])
  }
}
