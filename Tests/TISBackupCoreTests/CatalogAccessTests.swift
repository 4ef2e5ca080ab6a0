import Foundation
import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite(.scratch) struct CatalogAccessTests {
  private static let readers = [Catalog.Access.check, .read]

  private func failure(_ access: Catalog.Access) -> BackupError? {
    #expect(throws: BackupError.self) {
      try Catalog(path: catalogPath, access: access, zone: .paris)
    }
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: ScratchDirectory.path).sorted()
  }

  @Test(arguments: readers)
  func `a reader never makes the catalog that is not there`(_ access: Catalog.Access) throws {
    let error = failure(access)
    #expect(error?.code == .catalog)
    #expect(
      error?.description == """
        cannot use the catalog '\(catalogPath)': unable to open database file: No such file or directory
        HINT: Is backup_base_dir mounted, and has a backup run there before?
        """)
    #expect(try names() == [])
  }

  @Test(arguments: readers + [.write])
  func `a file that is no database is named, and left as it is`(_ access: Catalog.Access) throws {
    let text = Data(repeating: 0x78, count: 5000)
    try text.write(to: URL(filePath: catalogPath))
    let error = failure(access)
    #expect(error?.code == .catalog)
    #expect(
      error?.message.text == "cannot use the catalog '\(catalogPath)': file is not a database")
    #expect(error?.hint?.text.hasPrefix("That file is not an SQLite database: ") == true)
    #expect(try Data(contentsOf: URL(filePath: catalogPath)) == text)
    #expect(try names() == ["tisbackup.sqlite"])
  }

  @Test(arguments: readers + [.write])
  func `a folder in place of the catalog is an error, not a crash`(_ access: Catalog.Access) throws
  {
    try FileManager.default.createDirectory(
      atPath: catalogPath, withIntermediateDirectories: false)
    let error = failure(access)
    #expect(error?.message.text.hasPrefix("cannot use the catalog '\(catalogPath)': ") == true)
    #expect(try names() == ["tisbackup.sqlite"])
  }

  @Test(arguments: readers)
  func `an empty file is no catalog to a reader`(_ access: Catalog.Access) throws {
    try Data().write(to: URL(filePath: catalogPath))
    let error = failure(access)
    #expect(
      error?.description == """
        the catalog '\(catalogPath)' has no table 'stats'
        HINT: It is empty, for whoever made it was stopped: the next tisbackup-run or tisbackup-register fills it.
        """)
    #expect(try Data(contentsOf: URL(filePath: catalogPath)).isEmpty)
  }

  @Test func `an empty file becomes a catalog for a writer`() throws {
    try Data().write(to: URL(filePath: catalogPath))
    try Catalog.writable().addRun("web", after: 0)
    #expect(try Catalog.readable().sectionNames() == ["web"])
  }

  @Test func `the database of another program is refused with what it lacks`() async throws {
    try await sqlite3("create table stats(backup_name TEXT, backup_start TEXT, score INT)")
    let error = failure(.check)
    #expect(error?.code == .catalog)
    #expect(
      error?.message.text == """
        the table 'stats' of '\(catalogPath)' lacks server_name, description, backup_end, \
        backup_duration, total_files_count, written_files_count, total_bytes, written_bytes, \
        status, log, backup_location
        """)
  }

  @Test func `a catalog that another program holds is told as held, with a cure`() throws {
    let holder = try Catalog.writable()
    try holder.database.execute("BEGIN EXCLUSIVE")
    for mode in [SQLiteDatabase.Mode.readOnly, .readWrite] {
      let other = try SQLiteDatabase(path: catalogPath, mode: mode, busyTimeout: 0)
      let error = #expect(throws: BackupError.self) { try CatalogSchema.columns(in: other) }
      #expect(error?.code == .locked)
      #expect(
        error?.oneLine == """
          cannot use the catalog '\(catalogPath)': database is locked; Another program holds it: \
          'fuser' on that file names it; try again when it is done.
          """)
    }
  }

  @Test func `readers read while a writer is in the middle of its work`() throws {
    let writer = try Catalog.writable()
    try writer.addRun("web", after: 0)
    try writer.database.execute("BEGIN IMMEDIATE; UPDATE stats SET status='ERROR'")
    #expect(try Catalog.readable().newest(of: "web").records.map(\.status) == [.ok])
    try writer.database.execute("COMMIT")
    #expect(try Catalog.readable().newest(of: "web").records.map(\.status) == [.error])
  }

  /// The catalog and its journal as they are when a writer is killed in the middle of a commit.
  private func leaveJournalOfDeadWriter() throws {
    let live = ScratchDirectory.path + "/live.sqlite"
    let writer = try Catalog(path: live, access: .write, zone: .paris)
    for number in 0..<200 { try writer.addRun("web", after: number) }
    try writer.database.execute(
      """
      PRAGMA cache_size=2; PRAGMA cache_spill=1; BEGIN;
      UPDATE stats SET status='ERROR', log=hex(zeroblob(2000))
      """)
    for suffix in ["", "-journal"] {
      try FileManager.default.copyItem(atPath: live + suffix, toPath: catalogPath + suffix)
    }
    try writer.database.execute("ROLLBACK")
  }

  @Test func `the check does not believe what a dead writer left half done`() throws {
    try leaveJournalOfDeadWriter()
    let error = failure(.check)
    #expect(error?.code == .catalog)
    #expect(
      error?.hint?.text == """
        A writer died and left a journal: run tisbackup-status once as the user who runs the backups.
        """)
    #expect(try names().contains("tisbackup.sqlite-journal"))
  }

  @Test func `a reader who may write rolls back what a dead writer left half done`() async throws {
    try leaveJournalOfDeadWriter()
    let catalog = try Catalog(path: catalogPath, access: .read, zone: .paris)
    let rows = try catalog.newest(of: "web")
    #expect(rows.records.count == 200 && rows.records.allSatisfy(\.isGood))
    #expect(try !names().contains("tisbackup.sqlite-journal"))
    #expect(try await sqlite3("pragma integrity_check") == "ok\n")
  }

  @Test func `a transaction that fails leaves no trace and no lock`() throws {
    let catalog = try Catalog.writable()
    #expect(throws: BackupError(.usage, "no")) {
      try catalog.database.transaction { () throws(BackupError) in
        try catalog.database.run("INSERT INTO stats(backup_name) VALUES ('x')")
        throw BackupError(.usage, "no")
      }
    }
    #expect(try catalog.sectionNames() == [])
    try Catalog.writable().addRun("web", after: 0)
  }
}
