import Foundation
import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite("what can be read of a damaged catalog", .scratch)
struct CatalogSalvageTests {
  private var path: String { "\(ScratchDirectory.path)/tisbackup.sqlite" }
  private static let rows = 2000
  private static let page = 4096

  /// A catalog of many rows, each with a log of some length; gives the rows by their starts.
  private func make() async throws -> [String: CatalogContent] {
    _ = try Catalog(path: path, access: .write, zone: .utc)
    let result = try await program(
      ["sqlite3", "-batch", path],
      input: """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<\(Self.rows))
        INSERT INTO stats (backup_name, backup_start, backup_end, status, TYPE, log, total_bytes)
          SELECT 'web' || (i % 7), strftime('%Y-%m-%dT%H:%M:%S.000000+00:00',
            1600000000 + i * 60, 'unixepoch'), '2023-11-01T10:00:00.000000+00:00', 'OK', 'BACKUP',
            printf('%.*c', i % 700, 'x'), i FROM n;
        """)
    try #require(result.status == 0, "\(result.stderr)")
    return byStart(CatalogSalvage(path: path, zone: .utc))
  }

  private func byStart(_ salvage: CatalogSalvage) -> [String: CatalogContent] {
    Dictionary(salvage.contents.map { ($0.text("backup_start") ?? "", $0) }) { first, _ in first }
  }

  private func overwrite(_ offset: Int, with bytes: [UInt8]) throws {
    let file = try FileHandle(forUpdating: URL(filePath: path))
    try file.seek(toOffset: UInt64(offset))
    try file.write(contentsOf: Data(bytes))
    try file.close()
  }

  @Test func `of a sound one it is all`() async throws {
    #expect(try await make().count == Self.rows)
    #expect(try CatalogHealth.examine(path) == .sound)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `with some pages overwritten, what is read is as it was, and little is lost`(
    _ seed: UInt64
  ) async throws {
    let whole = try await make()
    var generator = SeededGenerator(seed: seed)
    let pages = try bytes(path).count / Self.page
    // The first pages are the roots of table and indexes, which the next test takes.
    let hit = (0..<3).map { _ in Int.random(in: 40..<pages, using: &generator) }
    for page in hit {
      let noise = (0..<Self.page).map { _ in UInt8.random(in: 0...255, using: &generator) }
      try overwrite(page * Self.page, with: seed.isMultiple(of: 2) ? noise : noise.map { _ in 0 })
    }
    guard case .damaged = try CatalogHealth.examine(path) else {
      Issue.record("seed \(seed): pages \(hit) are not missed")
      return
    }
    let saved = byStart(CatalogSalvage(path: path, zone: .utc))
    for (start, content) in saved { #expect(content == whole[start], "seed \(seed)") }
    #expect(saved.count >= Self.rows - 3 * 120, "seed \(seed): \(saved.count)")
  }

  @Test(arguments: [
    ("no header", 0, 100), ("a first page of noise", 0, 4096), ("a root of noise", 4096, 4096),
  ])
  func `where SQLite cannot even begin, nothing is made up`(
    _ name: String, _ offset: Int, _ count: Int
  ) async throws {
    let whole = try await make()
    var generator = SeededGenerator(seed: 1)
    try overwrite(
      offset, with: (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
    guard case .damaged(let reasons) = try CatalogHealth.examine(path) else {
      Issue.record("\(name) is not missed")
      return
    }
    #expect(!reasons.isEmpty)
    for (start, content) in byStart(CatalogSalvage(path: path, zone: .utc)) {
      #expect(content == whole[start])
    }
  }

  @Test(arguments: [10, 1000, 4096, 40_000, 100_000, 150_001])
  func `of one that was cut off, what is left of the table is read`(_ size: Int) async throws {
    let whole = try await make()
    let all = try bytes(path)
    try #require(all.count > size)
    try SmallFile.write(all.prefix(size), to: path)
    guard case .damaged = try CatalogHealth.examine(path) else {
      Issue.record("\(size) bytes are not missed")
      return
    }
    for (start, content) in byStart(CatalogSalvage(path: path, zone: .utc)) {
      #expect(content == whole[start])
    }
  }

  @Test func `rows without a section or a time are no rows`() async throws {
    _ = try Catalog(path: path, access: .write, zone: .utc)
    _ = try await program(
      ["sqlite3", path],
      input: """
        INSERT INTO stats (backup_name, backup_start) VALUES ('', '2023-11-01T10:00:00'),
          (NULL, '2023-11-01T10:00:00'), ('web1', 'x'), ('web1', NULL), ('web1', '2023-11-01T10:00:00');
        """)
    let salvage = CatalogSalvage(path: path, zone: .utc)
    #expect(salvage.contents.count == 1 && salvage.unusable == 4)
  }

  @Test func `what is not there, only begun, a folder or another database is told apart`()
    async throws
  {
    #expect(try CatalogHealth.examine(path) == .missing)
    try write("", to: path)
    #expect(try CatalogHealth.examine(path) == .onlyBegun)
    try write("CREATE TABLE stats (backup_name TEXT);\n", to: path)
    #expect(try CatalogHealth.examine(path) == .damaged(["file is not a database"]))
    try FileManager.default.removeItem(atPath: path)
    _ = try await program(["sqlite3", path], input: "CREATE TABLE other (a);")
    #expect(
      try CatalogHealth.examine(path) == .damaged(["it has no table 'stats' of a catalog"]))
    try FileManager.default.removeItem(atPath: path)
    try makeFolder(path)
    #expect(throws: BackupError.self) { try CatalogHealth.examine(path) }
  }

  @Test func `an index that lacks a row is damage, too`() async throws {
    _ = try await make()
    _ = try await program(
      ["sqlite3", path],
      input: """
        PRAGMA writable_schema=1;
        UPDATE sqlite_schema SET rootpage=(SELECT rootpage FROM sqlite_schema WHERE
          name='idx_stats_backup_location') WHERE name='idx_stats_backup_name';
        """)
    guard case .damaged = try CatalogHealth.examine(path) else {
      Issue.record("the index is not missed")
      return
    }
    #expect(CatalogSalvage(path: path, zone: .utc).contents.count == Self.rows)
  }
}
