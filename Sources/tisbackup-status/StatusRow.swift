import BackupJobs
import BackupTools
import OutsideWorld
import TISBackupCore

/// One run in the tables of tisbackup-status.
struct StatusRow {
  private(set) var run: RunDocument
  /// `2026-11-23 19:10`, for people.
  private let startText: String
  /// `3d ago`, `FAILED`, or nothing.
  private let provenText: String

  init(_ record: BackupRecord, _ world: World, progress: ProgressFile?, pinned: Bool) {
    run = RunDocument(record, world, progress: progress)
    run.pinned = pinned
    startText = record.start.displayText(in: world.zone)
    provenText =
      record.proof.map { proof in
        let age = TimeSpan(seconds: max(0, world.now().seconds(since: proof.time)))
        return proof.isGood ? "\(age) ago" : "FAILED"
      } ?? "-"
  }

  /// The columns of the answer; people get readable sizes, scripts plain numbers.
  static func table(_ rows: [StatusRow], forPeople: Bool) -> Table {
    let first: [Table.Column] = [
      .left("SECTION"), .left("TYPE"), .left("START"), .right("TOOK"), .left("STATUS"),
      .right("FILES"), .right("SIZE"), .right("NEW"),
    ]
    // Scripts count columns, so for them what was added later stands last.
    var table = Table(
      first
        + (forPeople
          ? [.right("PROVEN"), .left("LOCATION"), .left("LOG")]
          : [
            .left("LOCATION"), .left("LOG"), .left("VERIFIED_AT"), .left("VERIFIED_STATUS"),
            .left("PROGRESS"), .left("PINNED"),
          ]))
    for row in rows { table.add(forPeople ? row.forPeople : row.forScripts) }
    return table
  }

  /// What is at work, for people; a narrow terminal cuts what stands last.
  static func runningTable(_ rows: [StatusRow]) -> Table {
    var table = Table([
      .left("SECTION"), .left("STATUS"), .right("TOOK"), .left("WHAT"), .left("TYPE"),
      .left("START"),
    ])
    for row in rows {
      table.add([
        row.run.section, row.run.status,
        row.run.duration.map { TimeSpan(seconds: $0).description } ?? "-",
        row.run.progress?.text ?? "-", row.run.type, row.startText,
      ])
    }
    return table
  }

  private var forPeople: [String] {
    let name = run.location.map { DiskPath.name(of: DiskPath.trimmed($0)) }
    return [
      run.section, run.type, startText,
      run.duration.map { TimeSpan(seconds: $0).description } ?? "-", run.status,
      run.files.map(String.init) ?? "-", run.bytes.map { ByteCount($0).description } ?? "-",
      run.written_bytes.map { ByteCount($0).description } ?? "-", provenText,
      name.map { $0 + (run.pinned == true ? " (pinned)" : "") } ?? "-", run.log ?? "",
    ]
  }

  private var forScripts: [String] {
    [
      run.section, run.type, run.start, run.duration.map(String.init) ?? "", run.status,
      run.files.map(String.init) ?? "", run.bytes.map(String.init) ?? "",
      run.written_bytes.map(String.init) ?? "", run.location ?? "", run.log ?? "",
      run.verified_at ?? "", run.verified_status ?? "", run.progress?.text ?? "",
      run.pinned == true ? "pinned" : "",
    ]
  }
}
