import Foundation
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupProofs

@Suite(.scratch, .timeLimit(.minutes(3)))
struct RestoreMariaDBTests {
  /// A dump, and what becomes of it: nil for 3 tables with 6 rows.
  private struct Case: Sendable {
    var database: String
    var change: @Sendable (String) -> String
    var code: BackupError.Code?
    var reason = ""
  }

  private static let cases = [
    // Loaded first, and reads what comes last.
    Case(database: "views", change: { _ in viewOfAnother }, code: nil),
    Case(database: "shop", change: { $0 }),
    Case(database: "a b';drop `x` %_", change: { $0 }),
    Case(
      database: "cut", change: { String($0.prefix($0.count / 2)) }, code: .unproven, reason: "cut"),
    Case(
      database: "cut_between",
      change: { $0.components(separatedBy: "\n--\n-- Final view")[0] + "\n" }, code: .unproven,
      reason: "is missing"),
    Case(
      database: "error",
      change: { $0.replacingOccurrences(of: "LOCK TABLES", with: "LICK TABLES") },
      code: .unproven, reason: "ERROR 1064"),
    Case(
      database: "dropped", change: { "\($0)DROP TABLE `log`;\n" }, code: .unproven,
      reason: "creates 3 tables, and only 2"),
    Case(
      database: "bang", change: { "\\! touch \(evil)\n\($0)" }, code: .unproven, reason: "'\\!'"),
    Case(
      database: "system", change: { "system touch \(evil)\n;\n\($0)" }, code: .unproven,
      reason: "ERROR 1064"),
    Case(
      database: "inside", change: { "DELIMITER //\nSELECT 1//\n\\! touch \(evil)\n\($0)" },
      code: .unproven, reason: "'\\!'"),
    Case(
      database: "outfile", change: { "SELECT 1 INTO OUTFILE '\(evil)';\n\($0)" }, code: .storage,
      reason: "ERROR 1227"),
    Case(
      database: "scheduler", change: { "SET GLOBAL event_scheduler = ON;\n\($0)" }, code: .storage,
      reason: "ERROR 1227"),
    Case(
      database: "engine", change: { $0.replacingOccurrences(of: "=InnoDB", with: "=ROCKSDB") },
      code: .storage, reason: "ERROR 1286"),
    Case(
      database: "mysql8", change: asOfMySQL, code: .storage,
      reason: "it comes from MySQL 8.0.36, and here is "),
    Case(
      database: "newer",
      change: {
        $0.replacingOccurrences(of: "version\t10", with: "version\t99")
          .replacingOccurrences(of: "LOCK TABLES", with: "LICK TABLES")
      }, code: .storage, reason: "it comes from 99."),
    Case(
      database: "alone",
      change: { _ in viewOfAnother.replacingOccurrences(of: "last", with: "no") },
      code: .storage, reason: "ERROR 1"),
    Case(database: "last", change: { $0 }),
  ]

  private static var evil: String { "\(ScratchDirectory.path)/evil" }

  private static let viewOfAnother = """
    CREATE VIEW v AS SELECT * FROM last.article;
    -- Dump completed

    """

  private static func asOfMySQL(_ dump: String) -> String {
    var lines = dump.components(separatedBy: "\n")
    for (index, line) in lines.enumerated() where line.hasPrefix("-- Server version") {
      lines[index] = "-- Server version\t8.0.36"
    }
    return lines.joined(separator: "\n")
      .replacingOccurrences(of: "utf8mb4_general_ci", with: "utf8mb4_0900_ai_ci")
      .replacingOccurrences(of: "utf8mb4_uca1400_ai_ci", with: "utf8mb4_0900_ai_ci")
  }

  @Test func `every dump is loaded and counted, and every bad one told from one that is foreign`()
    async throws
  {
    let dump = try await RestoreFixtures.mariaDB()
    var test = RestoreTest(dumps: [])
    for (index, each) in Self.cases.enumerated() {
      let path = try await RestoreFixtures.compress(each.change(dump), to: "\(index).sql")
      test.dumps.append(StoredDump(path: path, database: each.database, form: .sql))
    }
    // For what a hostile dump would write.
    chmod(ScratchDirectory.path, 0o777)
    let outcomes = try await test.run(
      on: ScratchMariaDB.self, in: ScratchDirectory.path, using: RestoreFixtures.world)
    #expect(outcomes.map(\.dump) == test.dumps)
    for (each, outcome) in zip(Self.cases, outcomes) {
      switch outcome.result {
      case .success(let content):
        #expect(each.code == nil, "\(each.database)")
        let expected: [Int64] = each.database == "views" ? [0, 0] : [3, 6]
        #expect([content.tables, content.rows] == expected, "\(each.database)")
        #expect(content.seconds > 0)
      case .failure(let error):
        #expect(error.code == each.code, "\(each.database): \(error)")
        #expect(
          each.reason.isEmpty || error.message.text.contains(each.reason),
          "\(each.database): \(error)")
      }
    }
    #expect(!exists(Self.evil))
    #expect(names(ScratchDirectory.path).allSatisfy { $0.hasSuffix(".gz") })
    #expect(RestoreFixtures.processes() == [])
  }

  @Test func `restored events are there, and nothing runs them`() async throws {
    let path = try await RestoreFixtures.compress(RestoreFixtures.mariaDB(), to: "shop.sql")
    let dump = StoredDump(path: path, database: "shop", form: .sql)
    let told = try await ScratchMariaDB.running(
      in: ScratchDirectory.path, programs: .live(), using: RestoreFixtures.world
    ) { (server) async throws(BackupError) in
      try await server.prepare(for: RestoreTest(dumps: [dump]))
      _ = try await server.restore(dump)
      return try await server.answer(
        "SELECT @@event_scheduler, COUNT(*) FROM information_schema.events WHERE status='ENABLED'")
    }
    #expect(told == "OFF\t1\n")
  }

  @Test func `a file that is damaged is told as such, whatever the client said`() async throws {
    let path = try await RestoreFixtures.compress(RestoreFixtures.mariaDB(), to: "shop.sql")
    var data = try Data(contentsOf: URL(filePath: path))
    data[data.count / 2] ^= 0x55
    try data.write(to: URL(filePath: path))
    let test = RestoreTest(dumps: [StoredDump(path: path, database: "shop", form: .sql)])
    let outcomes = try await test.run(
      on: ScratchMariaDB.self, in: ScratchDirectory.path, using: RestoreFixtures.world)
    guard case .failure(let error) = outcomes.first?.result else {
      Issue.record("loaded")
      return
    }
    #expect(error.code == .unproven)
    #expect(error.message.text.contains("is damaged"))
  }
}
