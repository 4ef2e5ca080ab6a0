/// What can still be read of a damaged catalog.
package struct CatalogSalvage: Sendable {
  /// How many numbers of rows are tried one by one where a scan could not go on: more than ten years
  /// of a thousand sections have.
  private static let mostProbes = 4_000_000
  /// How many are tried where nothing tells which is the last one.
  private static let blindProbes: Int64 = 200_000
  /// How many that cannot be read, one after the other, are more than any one bad page can hide.
  private static let mostFailures = 20_000

  /// Rows whose section can be read, in the order of their numbers.
  package private(set) var contents: [CatalogContent] = []
  /// Rows that are no rows of a catalog any more.
  package private(set) var unusable = 0

  /// Reads what it can of the file at `path`; nothing, where SQLite cannot even begin.
  ///
  /// The file is opened for reading alone. A table is a tree: where one page of it is bad, the scan
  /// from its front ends there, the one from its end comes to it from the other side, and what lies
  /// between is asked for row by row, each of which goes through its own pages.
  package init(path: String, zone: LocalZone) {
    guard let database = try? SQLiteDatabase(path: path, mode: .readOnly, busyTimeout: 2000),
      // So that it goes on with what it understands of the tables, where that is not all.
      (try? database.execute("PRAGMA writable_schema=ON")) != nil,
      let present = try? CatalogSchema.columns(in: database), !present.isEmpty
    else { return }
    let columns = CatalogContent.columns.map { present.contains($0) ? $0 : "NULL" }
    let select = "SELECT rowid, \(columns.joined(separator: ", ")) FROM stats NOT INDEXED"
    var found: [Int64: CatalogContent] = [:]
    let low = Self.scan(database, select + " ORDER BY rowid", &found)
    guard let low else {
      keep(found, zone)
      return
    }
    let high = Self.scan(database, select + " ORDER BY rowid DESC", &found) ?? low
    let end = high > 0 ? max(low, high) : low + Self.blindProbes
    Self.probe(database, select + " WHERE rowid=?", low...end, &found)
    keep(found, zone)
  }

  /// Reads until the end, which gives nil, or until the file is bad: the number before that.
  private static func scan(
    _ database: SQLiteDatabase, _ select: String, _ found: inout [Int64: CatalogContent]
  ) -> Int64? {
    var last: Int64 = 0
    do throws(BackupError) {
      let statement = try database.prepare(select)
      while try statement.step() {
        last = statement.integer(0) ?? 0
        found[last] = CatalogContent(statement, from: 1)
      }
      return nil
    } catch {
      return last
    }
  }

  private static func probe(
    _ database: SQLiteDatabase, _ select: String, _ ids: ClosedRange<Int64>,
    _ found: inout [Int64: CatalogContent]
  ) {
    // Within one, the file is locked once for all of them.
    _ = try? database.snapshot { () throws(BackupError) in
      let statement = try database.prepare(select)
      var failures = 0
      for id in ids.prefix(mostProbes) where found[id] == nil && failures < mostFailures {
        do throws(BackupError) {
          try statement.bind([.integer(id)])
          if try statement.step() { found[id] = CatalogContent(statement, from: 1) }
          failures = 0
        } catch { failures += 1 }
      }
    }
  }

  /// A bad page may hold anything: what has no section or no time is no row, nor is what was cut off
  /// in the middle of a text, where a file that is too short reads as zeros.
  private mutating func keep(_ found: [Int64: CatalogContent], _ zone: LocalZone) {
    for (_, content) in found.sorted(by: { $0.key < $1.key }) {
      guard case .text(let section) = content["backup_name"], !section.isEmpty,
        case .text(let start) = content["backup_start"],
        Instant(catalogText: start, in: zone) != nil, !content.isCut
      else {
        unusable += 1
        continue
      }
      contents.append(content)
    }
  }
}
