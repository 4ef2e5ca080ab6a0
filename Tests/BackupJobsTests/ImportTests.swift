import Foundation
import Glibc
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

/// Another server's catalog, made by the `sqlite3` shell as TISBackup makes it.
struct ForeignServer {
  let path: String
  private let hasType: Bool

  /// Makes an empty one; very old ones have no column TYPE.
  init(_ bench: Bench, withType: Bool = true) async throws {
    path = "\(bench.folder)/other.sqlite"
    hasType = withType
    try await bench.sqlite(
      """
      create table stats (backup_name TEXT, server_name TEXT, description TEXT, backup_start TEXT,
        backup_end TEXT, backup_duration NUMERIC, total_files_count INT, written_files_count INT,
        total_bytes INT, written_bytes INT, status TEXT, log TEXT, backup_location TEXT\
      \(withType ? ", TYPE TEXT" : ""));
      create index idx_stats_backup_name on stats(backup_name);
      """, in: path)
  }

  /// Adds a row that began at this time of 2023-11-01, local without an offset.
  func add(
    _ bench: Bench, _ time: String, _ status: String = "OK", section: String = "web1",
    location: String?, type: String? = "BACKUP"
  ) async throws {
    let start = time.count < 9 ? "2023-11-01T\(time).000123" : time
    let values = [
      section, "srv", "", start, start, "0.5", "3", "1", "1000", "10", status, "told",
    ].map { "'\($0)'" }
    let more = [location] + (hasType ? [type] : [])
    try await bench.sqlite(
      "INSERT INTO stats VALUES (\((values + more.map { $0.map { "'\($0)'" } ?? "NULL" }).joined(separator: ",")));",
      in: path)
  }
}

@Suite("taking over another catalog", .scratch)
struct ImportTests {
  private let bench: Bench

  init() throws { bench = try Bench(Bench.rsync("web1") + Bench.rsync("web2")) }

  private func job(_ path: String) -> ImportJob {
    ImportJob(
      bench.configuration, bench.sections, from: path,
      world: Transcript([]).world { $0 == .scripted })
  }

  /// What a row here says of a row there.
  private func story() async throws -> [String] {
    guard exists(bench.layout.catalog) else { return [] }
    return try await bench.sqlite(
      "SELECT status, TYPE, coalesce(backup_location, '-') FROM stats ORDER BY backup_start")
  }

  @Test(arguments: [true, false])
  func `backups that are here come along with their history, whatever the age of the catalog`(
    _ hasType: Bool
  ) async throws {
    let foreign = try await ForeignServer(bench, withType: hasType)
    let here = try bench.snapshot("20231101-10h00m00")
    let moved = try bench.snapshot("20231101-11h00m00")
    try await foreign.add(bench, "10:00:00", location: here)
    try await foreign.add(bench, "11:00:00", location: "/mnt/old/web1/20231101-11h00m00/")
    try await foreign.add(bench, "12:00:00", "ERROR", location: nil)
    let original = try bytes(foreign.path)
    let plan = try job(foreign.path).plan()
    #expect(plan.parts.map { [$0.backups, $0.history, $0.known] } == [[2, 1, 0]])
    #expect(!exists(bench.layout.logFolder))
    #expect(try job(foreign.path).perform().plan == plan)
    #expect(
      try await story() == ["OK|BACKUP|\(here)", "OK|BACKUP|\(moved)", "ERROR|BACKUP|-"])
    let row = try #require(try bench.rows().last)
    #expect(row.start == Instant(seconds: 1_698_832_800, microseconds: 123))
    #expect((row.server, row.bytes, row.files, row.log) == ("srv", 1000, 3, "told"))
    #expect(try await bench.sqlite("SELECT DISTINCT backup_duration FROM stats") == ["0.5"])

    let again = try job(foreign.path).perform().plan
    #expect(again.parts.map { [$0.backups, $0.history, $0.known] } == [[0, 0, 3]])
    #expect(try await story().count == 3)
    #expect(try bytes(foreign.path) == original)
    #expect(names(bench.folder).filter { $0.hasPrefix("other") } == ["other.sqlite"])
  }

  /// A row there, what lies here, and what becomes of it: its row here, or why it is left out.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var time = "10:00:00"
    var status = "OK"
    var type: String? = "BACKUP"
    var location: String? = "BASE/web1/20231101-10h00m00"
    var disk: [String] = ["BASE/web1/20231101-10h00m00"]
    var row: String?
    var left: ImportPlan.Reason?
  }

  private static let here = "BASE/web1/20231101-10h00m00"
  static let cases: [Case] = [
    Case(testDescription: "of TISBackup's registration", type: "", row: "OK|BACKUP|\(here)"),
    Case(testDescription: "without a type", type: nil, row: "OK|BACKUP|\(here)"),
    Case(testDescription: "a partial one", status: "Warning", row: "Warning|BACKUP|\(here)"),
    Case(testDescription: "not here", disk: [], left: .absent),
    Case(testDescription: "empty here", disk: ["BASE/web1/20231101-10h00m00/-"], left: .absent),
    Case(testDescription: "without a place", location: nil, left: .placeless),
    Case(testDescription: "the base folder itself", location: "BASE/web1/..", left: .placeless),
    Case(
      testDescription: "through a parent folder", location: "BASE/web1/x/../../y/20231101-10h00m00",
      disk: ["BASE/y/20231101-10h00m00", "BASE/web1/x"], left: .absent),
    Case(
      testDescription: "in the folder of another section",
      location: "BASE/web2/20231101-10h00m00", disk: ["BASE/web2/20231101-10h00m00"],
      left: .absent),
    Case(
      testDescription: "in a folder of no section", location: "BASE/old/20231101-10h00m00",
      disk: ["BASE/old/20231101-10h00m00"], row: "OK|BACKUP|BASE/old/20231101-10h00m00"),
    Case(
      testDescription: "a folder that is no backup", location: "BASE/old/data",
      disk: ["BASE/old/data"], left: .absent),
    Case(testDescription: "a relative place", location: "web1/data", disk: [], left: .absent),
    Case(testDescription: "at no time", time: "the first of November", left: .unreadable),
    Case(testDescription: "on no day", time: "2023-02-30T10:00:00", left: .unreadable),
    Case(
      testDescription: "of the year 9999", time: "9999-11-01T10:00:00.5", row: "OK|BACKUP|\(here)"),
    Case(testDescription: "with a space", time: "2023-11-01 10:00:00", row: "OK|BACKUP|\(here)"),
    Case(testDescription: "that runs for ever", status: "Running", row: "ERROR|BACKUP|-"),
    Case(testDescription: "of an odd status", status: "Fine", row: "Fine|BACKUP|\(here)"),
    Case(testDescription: "that failed", status: "ERROR", location: nil, row: "ERROR|BACKUP|-"),
    Case(
      testDescription: "that failed and left a part elsewhere", status: "ERROR", disk: [],
      row: "ERROR|BACKUP|-"),
    Case(
      testDescription: "removed", type: "CLEAN", location: "/x/20231101-10h00m00", disk: [],
      row: "OK|CLEAN|/x/20231101-10h00m00"),
    Case(
      testDescription: "exported", type: "EXPORT", location: "/mnt/usb/web1/", disk: [],
      row: "OK|EXPORT|/mnt/usb/web1/"),
  ]

  @Test(arguments: cases)
  func `of every row it is told what becomes of it`(_ one: Case) async throws {
    func real(_ text: String) -> String { text.replacing("BASE", with: bench.base) }
    let foreign = try await ForeignServer(bench)
    for place in one.disk {
      if place.hasSuffix("/-") {
        try makeFolder(real(String(place.dropLast(2))))
      } else {
        try makeFolder(real(place))
        try write("data", to: "\(real(place))/file")
      }
    }
    try await foreign.add(
      bench, one.time, one.status, location: one.location.map(real), type: one.type)
    let plan = try job(foreign.path).perform().plan
    #expect(plan.parts.flatMap { Array($0.left.keys) } == [one.left].compactMap(\.self))
    #expect(try await story() == [one.row.map(real)].compactMap(\.self))
    // What was left out is taken once its backup has come.
    if one.left == .absent && one.disk.isEmpty, one.location?.hasPrefix("BASE") == true {
      try bench.snapshot("20231101-10h00m00")
      #expect(try job(foreign.path).perform().plan.parts[0].backups == 1)
    }
  }

  @Test func `a row that is here is not doubled, by its start or by its place`() async throws {
    let foreign = try await ForeignServer(bench)
    let place = try bench.snapshot("20231101-10h00m00")
    var record = BackupRecord(
      section: "web1", start: Instant(seconds: 1_698_832_800, microseconds: 123), status: .ok)
    record.location = place
    try bench.catalog(.write).add(record)
    try await foreign.add(bench, "10:00:00", location: "/elsewhere/x")
    // As rows of exported machines begin half an hour after the time in their names.
    try await foreign.add(bench, "10:30:00", location: "/mnt/old/web1/20231101-10h00m00")
    let part = try job(foreign.path).perform().plan.parts[0]
    #expect(part.items == [] && part.known == 2 && part.isComplete)
    #expect(
      try bench.rows()
        == [record].map { one in
          var one = one
          one.end = one.start
          return one
        })
  }

  @Test func `one that is told twice there comes along once, as its run told it`() async throws {
    let foreign = try await ForeignServer(bench)
    let place = try bench.snapshot("20231101-10h00m00")
    try await foreign.add(bench, "10:30:00", location: place, type: "")
    try await foreign.add(bench, "10:00:00", location: place)
    let part = try job(foreign.path).perform().plan.parts[0]
    #expect(part.left == [.doubled: ["20231101-10h00m00"]])
    #expect(try bench.rows().map(\.start.seconds) == [1_698_832_800])
  }

  @Test func `a catalog of ours brings what it knows of disks, of the sections that are here`()
    throws
  {
    let other = "\(bench.folder)/ours.sqlite"
    let (disk, old) = (
      ExportPlace(disk: "ab-12", label: "offsite-a"), Bench.now.adding(seconds: -9000)
    )
    do {
      let catalog = try Catalog(path: other, access: .write, zone: .utc)
      try catalog.add(BackupRecord(section: "web1", start: old, status: .error))
      for section in ["web1", "elsewhere"] {
        try catalog.recordCopy(of: section, begun: old, on: disk, at: Bench.now)
      }
    }
    for _ in 0..<2 {
      _ = try job(other).perform()
      let target = try #require(try bench.catalog(.read).exportTargets().first)
      #expect(target.place == disk && target.copies.map(\.section) == ["web1"])
      #expect(target.copies.map(\.backup) == [old])
    }
  }

  @Test func `a catalog of ours brings its proofs; its open runs are ended or left at work`()
    async throws
  {
    let other = "\(bench.folder)/ours.sqlite"
    let place = try bench.snapshot(Bench.name(hours: 20))
    do {
      let catalog = try Catalog(path: other, access: .write, zone: .utc)
      var record = BackupRecord(
        section: "web1", start: Bench.now.adding(seconds: -72_000), status: .ok)
      record.location = "/mnt/other/web1/\(DiskPath.name(of: place))"
      try catalog.add(record)
      try catalog.record(
        ProofOutcome(time: Bench.now, isGood: false, log: "cut", restoreSeconds: 2), of: record)
      for (hours, writer) in [(3, ProcessIdentity.scripted), (4, .dead)] {
        _ = try catalog.begin(
          .backup, section: "web1", server: "", description: "",
          at: Bench.now.adding(seconds: -hours * 3600), by: writer)
      }
    }
    let part = try job(other).perform().plan.parts[0]
    #expect(part.left[.running]?.count == 1 && part.items.count == 2)
    let rows = try bench.rows()
    #expect(rows.map(\.status) == [.error, .ok])
    #expect(rows[0].log.contains("died") && rows[0].writer == nil)
    #expect(rows[1].proof?.isGood == false && rows[1].proof?.restoreSeconds == 2)
    #expect(try await bench.sqlite("SELECT DISTINCT verified_log FROM stats") == ["cut"])
  }

  @Test func `sections that the ini does not know are named, with how much they have`()
    async throws
  {
    let foreign = try await ForeignServer(bench)
    for (index, section) in ["a'b", "web 9", "web2", "WEB1"].enumerated() {
      try await foreign.add(
        bench, "10:00:0\(index)", "ERROR", section: section.replacing("'", with: "''"),
        location: nil)
    }
    let plan = try job(foreign.path).perform().plan
    #expect(plan.unknown.map(\.section) == ["WEB1", "a'b", "web 9"])
    #expect(plan.unknown.map(\.rows) == [1, 1, 1] && plan.parts.map(\.section) == ["web2"])
  }

  @Test func `ten thousand rows owe one announcement for each section`() async throws {
    let foreign = try await ForeignServer(bench)
    try await bench.sqlite(
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<5000)
      INSERT INTO stats (backup_name, backup_start, backup_end, status, TYPE)
        SELECT s, strftime('%Y-%m-%dT%H:%M:%S.000000', 1600000000 + i * 3600, 'unixepoch'),
          '2023-11-01T10:00:00.000000', 'ERROR', 'BACKUP' FROM n, (SELECT 'web1' AS s UNION SELECT 'web2');
      """, in: foreign.path)
    var configuration = bench.configuration
    configuration.audience = .everybody
    let plan = try ImportJob(
      configuration, bench.sections, from: foreign.path, world: Transcript([]).world()
    ).perform().plan
    #expect(plan.parts.map(\.history) == [5000, 5000])
    let owed = try await bench.sqlite("SELECT section, revision FROM outbox WHERE section<>''")
    #expect(owed == ["web1|1", "web2|1"])
  }

  @Test func `what a dead writer left in its journal is undone in a copy, not in the file`()
    async throws
  {
    let foreign = try await ForeignServer(bench)
    try await foreign.add(bench, "10:00:00", "ERROR", location: nil)
    // Killed in its transaction, after the first pages went to the file.
    _ = try await program(
      ["sqlite3", foreign.path],
      input: """
        PRAGMA cache_size=1; PRAGMA synchronous=OFF; BEGIN IMMEDIATE;
        UPDATE stats SET status='OK';
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2000)
          INSERT INTO stats (backup_name, log) SELECT 'web1', hex(randomblob(500)) FROM n;
        .shell kill -9 $PPID
        """)
    let files = ["", "-journal"].map { foreign.path + $0 }
    let before = try files.map(bytes)
    try #require(before[1].contains { $0 != 0 })
    let plan = try job(foreign.path).perform().plan
    #expect(plan.parts.map(\.history) == [1])
    #expect(try await story() == ["ERROR|BACKUP|-"])
    #expect(try files.map(bytes) == before)
  }

  @Test func `one with a write-ahead log is read as its writer left it`() async throws {
    let foreign = try await ForeignServer(bench)
    try await bench.sqlite("PRAGMA journal_mode=WAL;", in: foreign.path)
    let before = try bytes(foreign.path)
    #expect(try job(foreign.path).plan() == ImportPlan())
    #expect(try bytes(foreign.path) == before)
    #expect(names(bench.folder).filter { $0.hasPrefix("other") } == ["other.sqlite"])
  }

  @Test(arguments: [
    ("missing", "No such file"), ("folder", "is no file"), ("text", "not a database"),
    ("empty", "no table"), ("foreign", "no table"), ("cut", "damaged|malformed|lacks|no table"),
    ("own", "catalog of this server itself"), ("alias", "catalog of this server itself"),
  ])
  func `what is no catalog to take over is refused, and nothing is made`(
    _ kind: String, _ words: String
  ) async throws {
    try bench.row(.ok, hours: 10)
    let path = "\(bench.folder)/\(kind)"
    switch kind {
    case "folder": try makeFolder(path)
    case "text": try write("CREATE TABLE stats (a);\n", to: path)
    case "empty": try write("", to: path)
    case "foreign": try await bench.sqlite("CREATE TABLE other (a);", in: path)
    case "cut":
      let whole = try bytes(bench.layout.catalog)
      try SmallFile.write(whole.prefix(4096), to: path)
    case "own": symlink(bench.layout.catalog, path)
    case "alias": link(bench.layout.catalog, path)
    default: break
    }
    let before = try contents(bench.base)
    let error = #expect(throws: BackupError.self) { try job(path).perform() }
    let text = error?.message.text ?? ""
    #expect(words.split(separator: "|").contains { text.contains($0) }, "\(text)")
    #expect(try contents(bench.base) == before)
  }
}

extension ProcessIdentity {
  fileprivate static let dead = ProcessIdentity(pid: 1, bootID: "dead", startTicks: 1)
}
