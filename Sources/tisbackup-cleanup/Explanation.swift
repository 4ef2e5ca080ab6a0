import BackupJobs
import OutsideWorld
import TISBackupCore

/// What becomes of one thing on disk, or became of it, and why.
struct Explanation: Encodable {
  enum Action: String, Encodable { case keep, remove, removed }

  var section: String
  var action: Action
  var name: String
  var status: String
  /// Of the whole backup, as the catalog has it.
  var bytes: Int64?
  var reason: String
  /// What `tisbackup-status --pin` takes; nil for what is no backup.
  var id: String?
  /// Bytes that the removal gives back; nil where nobody looked.
  var freed_bytes: Int64?
  /// With offset; nil where nobody knows.
  var removed_at: String?
  private(set) var removedAt: Instant?

  private enum CodingKeys: CodingKey {
    case section, action, name, status, bytes, reason, id, freed_bytes, removed_at
  }

  /// What a plan says, newest first.
  static func all(in plan: SectionCleanup, _ world: World) -> [Explanation] {
    let backups = plan.retention.entries.map { entry in
      let record = entry.backup.record
      var one = Explanation(
        section: plan.section, action: entry.isRemoval ? .remove : .keep, name: record.name,
        status: record.status.catalogText, bytes: record.bytes, reason: entry.reason)
      one.id = BackupID(record, in: world.zone).description
      one.freed_bytes = plan.freed[record.name]
      return one
    }
    return backups
      + plan.superseded.map {
        rest($0, "unfinished", "unfinished, and a newer good backup exists", plan)
      }
      + plan.trash.map { rest($0, "trash", "an earlier cleanup was interrupted", plan) }
  }

  private static func rest(
    _ name: String, _ status: String, _ reason: String, _ plan: SectionCleanup
  ) -> Explanation {
    var one = Explanation(
      section: plan.section, action: .remove, name: name, status: status, reason: reason)
    one.freed_bytes = plan.freed[name]
    return one
  }

  /// What an earlier cleanup removed.
  init(_ record: BackupRecord, _ removal: Removal?, _ world: World) {
    self.init(
      section: record.section, action: .removed, name: record.name,
      status: record.status.catalogText, bytes: record.bytes,
      reason: removal?.reason ?? "not on record: TISBackup removed it")
    id = BackupID(record, in: world.zone).description
    removedAt = removal?.time
    removed_at = removal?.time.jsonText(in: world.zone)
  }

  private init(
    section: String, action: Action, name: String, status: String, bytes: Int64? = nil,
    reason: String
  ) {
    (self.section, self.action, self.name) = (section, action, name)
    (self.status, self.bytes, self.reason) = (status, bytes, reason)
  }

  static func table(_ rows: [Explanation]) -> Table {
    var table = Table([
      .left("SECTION"), .left("ACTION"), .left("BACKUP"), .left("STATUS"), .right("SIZE"),
      .right("FREED"), .left("REASON"),
    ])
    table.wrapsLast = true
    for row in rows {
      let size = { (bytes: Int64?) in bytes.map { ByteCount($0).description } ?? "-" }
      let day = row.removed_at.map { "\($0.prefix(10)): " } ?? ""
      table.add([
        row.section, row.action.rawValue, row.name, row.status, size(row.bytes),
        size(row.freed_bytes), day + row.reason,
      ])
    }
    return table
  }
}

extension BackupRecord {
  /// The name of the backup on disk.
  fileprivate var name: String { DiskPath.name(of: DiskPath.trimmed(location ?? "")) }
}
