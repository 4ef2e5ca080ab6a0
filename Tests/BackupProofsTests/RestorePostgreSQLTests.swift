import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupProofs

@Suite(.scratch, .timeLimit(.minutes(3)))
struct RestorePostgreSQLTests {
  /// A dump, and what becomes of it: nil for 5 tables with 5 rows.
  private struct Case: Sendable {
    var name: String
    var change: @Sendable (String) -> String
    var code: BackupError.Code?
    var reason = ""
  }

  private static let cases = [
    Case(name: "good", change: { $0 }),
    Case(name: "a b';drop", change: { $0 }),
    Case(
      name: "cut", change: { String($0.prefix($0.count / 2)) }, code: .unproven, reason: "cut"),
    Case(
      name: "cut in rows", change: { $0.components(separatedBy: "2026-08-02")[0] },
      code: .unproven),
    Case(
      name: "cut between",
      change: { $0.components(separatedBy: "\n--\n-- PostgreSQL database d")[0] },
      code: .unproven, reason: "is missing"),
    Case(
      name: "error", change: { $0.replacingOccurrences(of: "CREATE VIEW", with: "CREATE VIEL") },
      code: .unproven, reason: "syntax error"),
    Case(
      name: "bad row", change: { $0.replacingOccurrences(of: "2026-08-02", with: "2026-88-02") },
      code: .unproven, reason: "date/time"),
    Case(
      name: "dropped", change: { "\($0)DROP TABLE public.visit_1;\n" }, code: .unproven,
      reason: "creates 5 tables, and only 4"),
    Case(
      name: "command", change: { "\\! touch \(evil)\n\($0)" }, code: .unproven,
      reason: "does not write: '\\! touch"),
    Case(
      name: "command in a line", change: { "SELECT 1 \\! touch \(evil)\n;\n\($0)" },
      code: .unproven, reason: "backslash commands are restricted"),
    Case(
      name: "pipe", change: { "SELECT 1 \\g |touch \(evil)\n\($0)" }, code: .unproven,
      reason: "backslash commands are restricted"),
    Case(
      name: "unrestricted",
      change: { "\\unrestrict x\nSELECT 1 \\! touch \(evil)\n;\($0)" }, code: .unproven,
      reason: "backslash commands are restricted"),
    Case(
      name: "hidden from us",
      change: {
        "SET standard_conforming_strings = off;\nSELECT 'a\\'' \\! touch \(evil)\n';\n\($0)"
      }, code: .unproven, reason: "backslash commands are restricted"),
    Case(
      name: "no role", change: { $0.replacingOccurrences(of: "TO clerk", with: "TO nobody") },
      code: .storage, reason: "role \"nobody\" does not exist"),
    Case(
      name: "extension", change: { "CREATE EXTENSION no_such;\n\($0)" }, code: .storage,
      reason: "extension \"no_such\""),
    Case(
      name: "newer",
      change: {
        let parts = $0.components(separatedBy: "Dumped from database version ")
        return "\(parts[0])Dumped from database version 99.\(parts[1])\nNEW SQL;\n"
      }, code: .storage, reason: "it is of PostgreSQL 99."),
    Case(
      name: "no encoding",
      change: {
        $0.replacingOccurrences(of: "'UTF8'", with: "'SQL_ASCII'")
      }),
  ]

  private static var evil: String { "\(ScratchDirectory.path)/evil" }

  @Test func `every dump is loaded and counted, and every bad one told from one that is foreign`()
    async throws
  {
    let source = try await RestoreFixtures.postgreSQL()
    var test = RestoreTest(dumps: [])
    test.globals = try await RestoreFixtures.compress(source.globals, to: "globals.sql")
    for each in Self.cases {
      let path = try await RestoreFixtures.compress(
        each.change(source.plain), to: "\(each.name).sql")
      test.dumps.append(StoredDump(path: path, database: each.name, form: .sql))
    }
    let archives = [
      Case(name: "archive", change: { $0 }),
      Case(name: "cut archive", change: { $0 }, code: .unproven),
      Case(name: "no archive", change: { $0 }, code: .unproven),
    ]
    let data = [source.custom, source.custom.prefix(source.custom.count - 300), Data("x".utf8)]
    for (each, data) in zip(archives, data) {
      let path = "\(ScratchDirectory.path)/\(each.name).gz"
      try data.write(to: URL(filePath: path))
      test.dumps.append(StoredDump(path: path, database: each.name, form: .custom))
    }
    // For what a hostile dump would write.
    chmod(ScratchDirectory.path, 0o777)
    let outcomes = try await test.run(
      on: ScratchPostgreSQL.self, in: ScratchDirectory.path, using: RestoreFixtures.world)
    #expect(outcomes.map(\.dump) == test.dumps)
    for (each, outcome) in zip(Self.cases + archives, outcomes) {
      switch outcome.result {
      case .success(let content):
        #expect(each.code == nil, "\(each.name)")
        #expect([content.tables, content.rows] == [5, 5], "\(each.name)")
      case .failure(let error):
        #expect(error.code == each.code, "\(each.name): \(error)")
        #expect(
          each.reason.isEmpty || error.message.text.contains(each.reason), "\(each.name): \(error)")
      }
    }
    #expect(!exists(Self.evil))
    #expect(names(ScratchDirectory.path).allSatisfy { $0.hasSuffix(".gz") })
    #expect(RestoreFixtures.processes() == [])
  }

  @Test func `without the globals an archive is loaded without owners, and SQL cannot be tested`()
    async throws
  {
    let source = try await RestoreFixtures.postgreSQL()
    let plain = try await RestoreFixtures.compress(source.plain, to: "shop.sql")
    let archive = "\(ScratchDirectory.path)/shop.dump"
    try source.custom.write(to: URL(filePath: archive))
    let test = RestoreTest(dumps: [
      StoredDump(path: archive, database: "shop", form: .custom),
      StoredDump(path: plain, database: "shop", form: .sql),
    ])
    let outcomes = try await test.run(
      on: ScratchPostgreSQL.self, in: ScratchDirectory.path, using: RestoreFixtures.world)
    let results = outcomes.map(\.result)
    guard case .success(let content) = results[0], case .failure(let error) = results[1] else {
      Issue.record("\(results)")
      return
    }
    #expect([content.tables, content.rows] == [5, 5])
    #expect(error.code == .storage)
    #expect(error.hint?.text.contains("globals") == true)
  }
}
