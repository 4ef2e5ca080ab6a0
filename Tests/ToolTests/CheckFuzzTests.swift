import Foundation
import TISBackupTestSupport
import Testing

/// Input at its worst: whatever comes, one well-formed line, a status from 0 to 3, nothing on stderr.
@Suite("check_tisbackup, with hostile input", .scratch)
struct CheckFuzzTests {
  private func expectWellFormed(_ result: ToolResult, budget: Int? = nil, _ what: String = "") {
    #expect((0...3).contains(result.status), "\(what)")
    #expect(result.stderr == "", "\(what)")
    let lines = result.stdout.split(separator: "\n", omittingEmptySubsequences: false)
    let first = lines[0]
    let word = ["OK", "WARNING", "CRITICAL", "UNKNOWN"][Int(min(3, max(0, result.status)))]
    #expect(first.hasPrefix("TISBACKUP \(word) - "), "\(what): \(first.prefix(200))")
    #expect(first.split(separator: "|", omittingEmptySubsequences: false).count <= 2, "\(what)")
    #expect(lines.dropFirst().allSatisfy { !$0.contains("|") }, "\(what)")
    #expect(
      !result.stdout.unicodeScalars.contains { $0 == "\u{fffd}" || $0.value < 0x20 && $0 != "\n" })
    for token in (first.split(separator: "|").dropFirst().first ?? "").split(separator: " ") {
      let isWhole = token.wholeMatch(of: #/'[^'=]+'=-?[0-9]+(s|B|%)?(;[0-9]*){0,4}/#) != nil
      #expect(isWhole, "\(what): \(token)")
    }
    if let budget { #expect(result.stdout.utf8.count <= budget, "\(what)") }
  }

  @Test("1 MB of log with every byte value stays one clean clause")
  func log() async throws {
    let server = try await OldServer.make(OldServer.section("web1") + OldServer.section("web2"))
    try await server.add(.init(ago: 2))
    for section in ["web1", "web2"] {
      try await server.add(.init(section: section, ago: 1, status: "ERROR", hasLocation: false))
    }
    // A line that looks like an answer, then every byte over and over.
    let bytes =
      Array("x | 'a'=1;;; TISBACKUP OK - fine".utf8)
      + (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let digits = Array("0123456789abcdef".utf8)
    let hex = String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    try await sqlite(
      server.catalog, "UPDATE stats SET log = CAST(X'\(hex)' AS TEXT) WHERE status = 'ERROR';")
    for words in [[], ["-s", "web1"], ["--lengthy"], ["-o", "human"], ["--max-output", "80"]] {
      let result = try await server.check(words)
      if words.first != "-o" { expectWellFormed(result, "\(words)") }
      #expect(result.stdout.utf8.count < 4000)
    }
    let document = try await server.check("-o", "json")
    _ = try json(document.stdout)
  }

  @Test("2,000 sections keep to every budget from 80 to 4096 bytes")
  func budgets() async throws {
    let names = (0..<2000).map { "server-\($0).example" }
    let server = try await OldServer.make(names.map { OldServer.section($0) }.joined())
    let rows = names.enumerated().map { index, name in
      "('\(name)', datetime('now','localtime','-\(index % 40) hours','-10 minutes'), 'OK', 1000, 'BACKUP')"
    }
    try await sqlite(
      server.catalog,
      "INSERT INTO stats (backup_name, backup_start, status, total_bytes, TYPE) VALUES "
        + rows.joined(separator: ",") + "; UPDATE stats SET backup_end = backup_start;")
    // Each budget is tried in the tests of the report; here the built plugin, with a step of its own.
    for budget in Array(stride(from: 80, through: 4096, by: 251)) + [4096] {
      let result = try await server.check("--max-output", "\(budget)")
      expectWellFormed(result, budget: budget, "\(budget)")
      #expect(result.status == 2)
      #expect(budget < 200 || result.stdout.contains("of 2000 sections: server-"))
    }
    let whole = try await server.check()
    expectWellFormed(whole)
    #expect(whole.stdout.split(separator: "\n").count == 2001)
  }

  @Test(
    "a catalog of any bytes, cut short, foreign or locked is UNKNOWN with the cure",
    arguments: [
      "random", "empty", "short", "foreign", "directory", "locked", "text",
    ])
  func catalogs(_ kind: String) async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    try await server.add(.init(ago: 2))
    var holder: Server?
    switch kind {
    case "random":
      var random = SeededGenerator(seed: 4)
      let bytes = (0..<8192).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      try Data(bytes).write(to: URL(filePath: server.catalog))
    case "empty": try Data().write(to: URL(filePath: server.catalog))
    case "short":
      let data = try Data(contentsOf: URL(filePath: server.catalog))
      try data.prefix(data.count / 2).write(to: URL(filePath: server.catalog))
    case "foreign":
      try await sqlite(server.catalog, "DROP TABLE stats; CREATE TABLE stats (a TEXT, b INT);")
    case "directory":
      try FileManager.default.removeItem(atPath: server.catalog)
      try makeFolder(server.catalog)
    case "text": try write("[global]\n", to: server.catalog)
    default: holder = try await lock(server.catalog)
    }
    let result = try await server.check()
    expectWellFormed(result, kind)
    #expect(result.status == 3, "\(kind): \(result.stdout)")
    #expect(result.stdout.split(separator: "\n").count == 1)
    #expect(result.stdout.contains(server.catalog), "\(result.stdout)")
    holder?.stop()
  }

  /// A writer that holds the catalog until it is stopped; it listens when it does.
  private func lock(_ catalog: String) async throws -> Server {
    let port = try freePort()
    return try await Server(
      "/usr/bin/python3",
      [
        "-c",
        """
        import sqlite3, socket, sys
        catalog = sqlite3.connect(sys.argv[1], isolation_level=None)
        catalog.execute("BEGIN EXCLUSIVE")
        with socket.create_server(("127.0.0.1", int(sys.argv[2]))) as listener:
            while True: listener.accept()
        """, catalog, "\(port)",
      ], port: port, log: ScratchDirectory.path + "/lock.log")
  }

  @Test("an ini of any bytes is UNKNOWN or judged, never more than that")
  func ini() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    try await server.add(.init(ago: 2))
    let whole = Array(try Data(contentsOf: URL(filePath: server.ini)))
    var random = SeededGenerator(seed: 5)
    for round in 0..<25 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        bytes[index] = UInt8(truncatingIfNeeded: random.next())
      }
      try Data(bytes).write(to: URL(filePath: server.ini))
      expectWellFormed(try await server.check(), "\(round)")
    }
  }

  @Test("a place that never answers costs its own section, in time, and is named")
  func hung() async throws {
    let server = try await OldServer.make(
      OldServer.section("web1") + OldServer.section("dead") + OldServer.section("web2"))
    for section in ["web1", "dead", "web2"] {
      try await server.add(.init(section: section, ago: 2))
    }
    // A stat that never returns, as on a dead NFS mount, whoever calls it.
    let source = try write(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <string.h>
      #include <sys/stat.h>
      #include <unistd.h>
      static void hang(const char *path) { while (path && strstr(path, "/dead/")) pause(); }
      int stat(const char *path, struct stat *buffer) {
        hang(path);
        int (*real)(const char *, struct stat *) = dlsym(RTLD_NEXT, "stat");
        return real(path, buffer);
      }
      int fstatat(int folder, const char *path, struct stat *buffer, int flags) {
        hang(path);
        int (*real)(int, const char *, struct stat *, int) = dlsym(RTLD_NEXT, "fstatat");
        return real(folder, path, buffer, flags);
      }

      """, to: "\(server.folder)/hang.c")
    let library = "\(server.folder)/hang.so"
    let built = try await program(["clang", "-shared", "-fPIC", "-o", library, source, "-ldl"])
    try #require(built.status == 0, "\(built.stderr)")
    let result = try await tool(
      "check_tisbackup", ["-f", server.ini, "-t", "4"], environment: ["LD_PRELOAD": library])
    expectWellFormed(result)
    #expect(result.status == 3)
    #expect(result.stdout.contains("'ok'=2;;;0") && result.stdout.contains("'unknown'=1;;;0"))
    #expect(
      result.stdout.contains("\\_ [UNKNOWN] dead - looking at \(server.base)/dead/"),
      "\(result.stdout)")
    #expect(result.stdout.contains("did not come back within"))
    #expect(result.stdout.contains("\\_ [OK] web2 - "))
  }
}
