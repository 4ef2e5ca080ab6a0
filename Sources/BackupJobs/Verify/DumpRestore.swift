import BackupProofs
import OutsideWorld
import TISBackupCore

/// Loads the dumps of a backup into a server made for that, which is gone afterwards.
struct DumpRestore {
  /// What came out of the dumps.
  struct Restored: Equatable {
    /// For people: databases, tables, rows, time.
    var summary: String
    /// Seconds that loading took, without the server's start.
    var seconds: Double
  }

  private let item: VerifyPlan.Item
  private let folder: String
  private let world: World
  private let test: RestoreTest

  /// Nil for a backup that holds no dumps: there is no such test then.
  init?(_ item: VerifyPlan.Item, in folder: String, world: World) {
    guard DumpFolderProof.types.contains(where: { $0.name == item.type.name }) else { return nil }
    (self.item, self.folder, self.world) = (item, folder, world)
    test = Self.plan(item)
  }

  /// Throws `.unproven` when a dump does not load, and anything else when no server here can tell.
  func perform() async throws(BackupError) -> Restored {
    guard !test.dumps.isEmpty else { throw BackupError(.storage, .nothingToLoad) }
    let outcomes =
      item.type.name == BackupType.mysqlSSH.name
      ? try await test.run(on: ScratchMariaDB.self, in: folder, using: world)
      : try await test.run(on: ScratchPostgreSQL.self, in: folder, using: world)
    var (tables, rows, seconds) = (Int64(0), Int64(0), 0.0)
    var untold: BackupError?
    for outcome in outcomes {
      do throws(BackupError) {
        let content = try outcome.result.get()
        (tables, rows, seconds) = (
          tables + content.tables, rows + content.rows, seconds + content.seconds
        )
      } catch {
        guard error.code != .unproven else { throw error }
        untold = untold ?? error
      }
    }
    if let untold { throw untold }
    let databases = outcomes.count == 1 ? "1 database" : "\(outcomes.count) databases"
    return Restored(
      summary:
        "restored \(databases) in \(TimeSpan(seconds: Int(seconds.rounded(.up)))): \(tables) tables, \(rows) rows",
      seconds: seconds)
  }

  /// The dumps of a folder, told by their names: `DB.sql.gz` of MySQL, `DB-DATE.sql.gz` or
  /// `DB-DATE.dump` of PostgreSQL with `globals-DATE.sql.gz` beside them.
  private static func plan(_ item: VerifyPlan.Item) -> RestoreTest {
    let isDated = item.type.name == BackupType.pgsqlSSH.name
    var test = RestoreTest(dumps: [])
    let suffixes =
      [(DumpFormat.mysql.suffix, StoredDump.Form.sql)]
      + (isDated ? [(DumpFormat.postgresqlCustom.suffix, .custom)] : [])
    for name in DiskLayout.names(in: item.location) {
      guard let (suffix, form) = suffixes.first(where: { name.hasSuffix($0.0) }) else { continue }
      let stem = name.dropLast(suffix.count)
      let database = isDated ? stem.dropLast(SnapshotName.length + 1) : stem
      let path = "\(item.location)/\(name)"
      if isDated && database == DumpFileName.globals {
        test.globals = path
      } else if !isDated && database == "mysql" {
        // The server's own tables: the server that takes the dumps has its own, and needs them.
        continue
      } else {
        test.dumps.append(
          StoredDump(path: path, database: DumpFileName.unescape(database), form: form))
      }
    }
    return test
  }
}

extension BackupError.Message {
  fileprivate static let nothingToLoad: Self =
    "it holds nothing but the server's own database, and a server that takes dumps has its own"
}
