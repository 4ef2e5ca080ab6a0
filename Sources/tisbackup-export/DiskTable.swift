import BackupJobs
import BackupTools
import Glibc
import TISBackupCore

/// The answer of `--list-disks`: a table for people, or JSON.
struct DiskTable {
  let entries: [DiskRotation.Entry]
  let now: Instant
  let zone: LocalZone

  func print(_ context: ToolContext) {
    if context.common.json {
      return Output.print(JSONText.encode(Document(disks: entries.map(row))))
    }
    Output.print(
      entries.isEmpty ? "no disk with a file system was found" : table.text(for: STDOUT_FILENO))
  }

  private struct Document: Encodable { var disks: [Row] }

  /// Names that scripts read: they stay.
  private struct Row: Encodable {
    var name: String
    var plugged_in: Bool
    var in_set: Bool
    var device: String?
    var label: String?
    var uuid: String?
    var type: String?
    var size: Int64?
    var free: Int64?
    var mounted_at: String?
    var model: String?
    var holds: String?
    var last_export: String?
    /// Seconds since then.
    var age: Int?
    /// Seconds since the oldest of the newest backups on it began.
    var oldest_backup_age: Int?
    var sections: Int
    var verified_at: String?
    var verified: String?
  }

  private func row(_ entry: DiskRotation.Entry) -> Row {
    let (disk, record) = (entry.disk, entry.record)
    return Row(
      name: entry.name, plugged_in: disk != nil, in_set: entry.isInSet, device: disk?.device,
      label: disk?.label ?? record?.place.label, uuid: disk?.uuid ?? record?.place.key,
      type: disk?.type, size: disk?.size, free: entry.free,
      mounted_at: disk?.mounts.first?.point, model: disk?.model, holds: entry.held,
      last_export: record?.lastExport?.jsonText(in: zone), age: age(record?.lastExport),
      oldest_backup_age: age(record?.copies.map(\.backup).min()),
      sections: record?.copies.count ?? 0, verified_at: record?.proof?.time.jsonText(in: zone),
      verified: record?.proof.map { $0.isGood ? "OK" : "ERROR" })
  }

  private func age(_ time: Instant?) -> Int? { time.map { now.seconds(since: $0) } }

  private var table: Table {
    var table = Table([
      .left("DEVICE"), .left("LABEL"), .left("UUID"), .left("TYPE"), .right("SIZE"),
      .right("FREE"), .left("SET"), .right("EXPORTED"), .left("MOUNTED"),
    ])
    for entry in entries {
      let (disk, record) = (entry.disk, entry.record)
      table.add([
        disk?.device ?? "not here", disk.map { $0.label ?? "-" } ?? entry.name,
        disk?.uuid ?? record?.place.key ?? "-", disk?.type ?? "-",
        disk.map { "\(ByteCount($0.size))" } ?? "-", entry.free.map { "\(ByteCount($0))" } ?? "-",
        entry.isInSet ? "yes" : "-",
        age(record?.lastExport).map { "\(TimeSpan(seconds: max(0, $0))) ago" } ?? "never",
        remark(entry),
      ])
    }
    return table
  }

  private func remark(_ entry: DiskRotation.Entry) -> String {
    let point = entry.disk?.mounts.first?.point
    let held = entry.held.map { "holds \($0)" }
    let proof = entry.record?.proof.flatMap { $0.isGood ? nil : "failed its proof" }
    let locked = entry.disk?.isLocked == true ? "encrypted, not open" : nil
    let told = [point, held, locked, proof].compactMap(\.self)
    return told.isEmpty ? "-" : told.joined(separator: "; ")
  }
}
