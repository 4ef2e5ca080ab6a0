import TISBackupTestSupport
import Testing

@testable import TISBackupCore

/// The path of the one catalog of a test, in its own folder.
var catalogPath: String { ScratchDirectory.path + "/tisbackup.sqlite" }

/// 2026-11-23T19:10:54+01:00, a winter evening far from any change of the clocks.
let evening = Instant(seconds: 1_795_457_454)

let someWriter = ProcessIdentity(pid: 4711, bootID: "boot-1", startTicks: 99)

/// What the sqlite3 program, which knows nothing of ours, says to a statement.
@discardableResult
func sqlite3(_ sql: String, path: String? = nil) async throws -> String {
  let result = try await program(["sqlite3", path ?? catalogPath, sql])
  try #require(result.status == 0, "\(result.stderr)")
  return result.stdout
}

/// The table as TISBackup itself makes it; without `TYPE` as it did long ago.
func makeOldCatalog(withType: Bool = true) async throws {
  try await sqlite3(
    """
    create table stats (
      backup_name TEXT, server_name TEXT, description TEXT, backup_start TEXT, backup_end TEXT,
      backup_duration NUMERIC, total_files_count INT, written_files_count INT, total_bytes INT,
      written_bytes INT, status TEXT, log TEXT, backup_location TEXT\(withType ? ", TYPE TEXT" : ""));
    """)
}

/// One row as TISBackup writes it, with a text or `NULL` for each value.
func insertOldRow(
  _ section: String, _ start: String, end: String? = "2026-11-23T19:20:00.000000",
  status: String = "OK", location: String? = nil, type: String? = "BACKUP"
) async throws {
  func quoted(_ text: String?) -> String {
    text.map { "'\($0.replacing("'", with: "''"))'" } ?? "NULL"
  }
  let values = [section, "srv", "", start, end, status, "old log", location, type].map(quoted)
  try await sqlite3(
    """
    insert into stats(backup_name, server_name, description, backup_start, backup_end, status, log,
      backup_location, TYPE) values (\(values.joined(separator: ",")));
    """)
}

extension Catalog {
  static func writable() throws -> Catalog {
    try Catalog(path: catalogPath, access: .write, zone: .paris)
  }

  static func readable() throws -> Catalog {
    try Catalog(path: catalogPath, access: .check, zone: .paris)
  }

  /// Adds a finished backup that began so many seconds after the evening.
  func addRun(
    _ section: String, after seconds: Int, _ status: RunStatus = .ok, type: RecordType = .backup,
    location: String? = nil
  ) throws {
    var record = BackupRecord(
      section: section, start: evening.adding(seconds: seconds), status: status)
    (record.type, record.location) = (type, location)
    record.end = record.start.adding(seconds: 60)
    try add(record)
  }
}
