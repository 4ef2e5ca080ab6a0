import Foundation
import Glibc
@testable import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("check_tisbackup always answers on stdout, and exits 0 to 3", .scratch)
struct CheckMannersTests {
  @Test(
    "a command line it cannot use is UNKNOWN",
    arguments: [
      ["--nonsense"], ["-w"], ["-w", "abc"], ["-c", "10:5"], ["-t", "-1"], ["-t", "x"],
      ["-o", "xml"], ["stray"], ["-s", ""], ["-f", ""],
    ])
  func badOptions(_ arguments: [String]) async throws {
    let result = try await tool("check_tisbackup", arguments)
    #expect(result.status == 3)
    #expect(result.stdout.hasPrefix("TISBACKUP UNKNOWN - "), "\(result.stdout)")
    #expect(result.stdout.split(separator: "\n").count == 1)
    #expect(result.stderr == "")
  }

  @Test("help and version are no OK: 3, on stdout", arguments: ["--help", "-h", "--version", "-V"])
  func help(_ option: String) async throws {
    let result = try await tool("check_tisbackup", [option])
    #expect(result.status == 3)
    #expect(result.stdout.contains("check_tisbackup"))
    #expect(result.stderr == "")
  }

  /// What stands in the way of reading, and what must be said of it.
  struct Obstacle: CustomTestStringConvertible {
    var testDescription: String
    var make: @Sendable (OldServer) throws -> Void
    var says: String
  }

  @Test(
    "whatever cannot be read is UNKNOWN, with what to do",
    arguments: [
      Obstacle(
        testDescription: "no ini", make: { unlink($0.ini) },
        says: "cannot use the configuration: cannot read"),
      Obstacle(
        testDescription: "no base folder",
        make: { try FileManager.default.removeItem(atPath: $0.base) }, says: "mounted?"),
      Obstacle(
        testDescription: "no catalog", make: { unlink($0.catalog) }, says: "tisbackup.sqlite"),
      Obstacle(
        testDescription: "a catalog that is no database",
        make: { try write(String(repeating: "not a database ", count: 100), to: $0.catalog) },
        says: "not a database"),
      Obstacle(
        testDescription: "an empty catalog", make: { try write("", to: $0.catalog) },
        says: "no table 'stats'"),
      Obstacle(
        testDescription: "a folder as catalog",
        make: {
          unlink($0.catalog)
          try makeFolder($0.catalog)
        }, says: "tisbackup.sqlite"),
      Obstacle(
        testDescription: "an ini without sections",
        make: { try write("[global]\nbackup_base_dir=\($0.base)\n", to: $0.ini) },
        says: "no sections"),
    ])
  func unreadable(_ obstacle: Obstacle) async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    try obstacle.make(server)
    let result = try await server.check()
    #expect(result.status == 3)
    #expect(result.stdout.hasPrefix("TISBACKUP UNKNOWN - "))
    #expect(result.stdout.contains(obstacle.says), "\(result.stdout)")
    #expect(result.stderr == "")
  }

  @Test("one bad section is UNKNOWN by itself; the others are still judged")
  func oneBadSection() async throws {
    let server = try await OldServer.make(
      OldServer.section("web1") + "[bad]\ntype=rsync+ssh\nserver_name=b\n"
        + OldServer.section("old"))
    try await server.add(.init(ago: 2))
    try await server.add(.init(section: "old", ago: 90))
    let result = try await server.check()
    #expect(result.status == 2)
    #expect(result.stdout.contains(#"\_ [UNKNOWN] bad - "#))
    #expect(result.stdout.contains("remote_dir"))
    #expect(result.stdout.contains(#"\_ [OK] web1 - "#))
  }

  @Test("a locked catalog is waited for, then UNKNOWN")
  func locked() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    try await server.add(.init(ago: 2))
    var result: ToolResult
    do {
      let holder = try SQLiteDatabase(path: server.catalog, mode: .readWrite, busyTimeout: 0)
      try holder.execute("BEGIN EXCLUSIVE")
      result = try await server.check()
      try holder.execute("ROLLBACK")
    }
    #expect(result.status == 3)
    #expect(result.stdout.contains("locked"), "\(result.stdout)")
    result = try await server.check()
    #expect(result.status == 0)
  }

  @Test(
    "a time-out, a signal and a crash are UNKNOWN in one line",
    arguments: [
      ("", "timed out after"), ("TERM", "stopped by signal 15"),
      ("ILL", "internal error in check_tisbackup (signal 4)"), ("SEGV", "internal error"),
    ])
  func cutShort(_ signal: String, _ says: String) async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    unlink(server.ini)
    // A pipe that nobody writes to is an ini that never ends. Opening its other end succeeds once
    // the plugin waits at its own.
    let result = try await program(
      [
        "sh", "-c",
        """
        mkfifo "$1"
        "$2" -f "$1" -t "$3" & plugin=$!
        exec 9>"$1"
        [ -z "$4" ] || kill -"$4" $plugin
        wait $plugin
        """, "sh", server.ini, toolPath("check_tisbackup"), signal.isEmpty ? "1" : "60", signal,
      ])
    #expect(result.status == 3)
    #expect(result.stdout.hasPrefix("TISBACKUP UNKNOWN - "))
    #expect(result.stdout.contains(says), "\(result.stdout)")
    #expect(result.stdout.contains("while reading the configuration"))
    #expect(result.stdout.split(separator: "\n").count == 1)
  }

  @Test("the plugin links no more of Foundation than its essentials")
  func linkage() async throws {
    let libraries = try await program(["ldd", toolPath("check_tisbackup")]).stdout
    #expect(libraries.contains("libFoundationEssentials"))
    for name in [
      "libFoundation.so", "libFoundationInternationalization", "libFoundationNetworking",
    ] { #expect(!libraries.contains(name), "\(name)") }
  }
}
