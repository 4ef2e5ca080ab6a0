import BackupJobs
import BackupTools
import OutsideWorld
import TISBackupCore

/// One run in the answer of tisbackup-status.
struct StatusRow: Encodable {
  var section: String
  var server: String
  var type: String
  /// With offset.
  var start: String
  var end: String?
  /// Seconds.
  var duration: Int?
  var status: String
  var files: Int64?
  var written_files: Int64?
  var bytes: Int64?
  var written_bytes: Int64?
  var location: String?
  var log: String
  /// When it was last put to a proof, with offset.
  var verified_at: String?
  /// What came of that, `OK` or `ERROR`.
  var verified_status: String?
  /// Seconds its last restore test took to load it.
  var restore_seconds: Double?

  /// Whether somebody asked to keep it whatever retention says.
  var pinned = false
  /// What a run at work does now; nil where it does not tell, or is dead.
  var progress: ProgressFile?
  /// `2026-11-23 19:10`, for people.
  private let startText: String
  /// `3d ago`, `FAILED`, or nothing.
  private let provenText: String

  init(_ record: BackupRecord, _ world: World, progress: ProgressFile? = nil) {
    (section, server, type) = (record.section, record.server, record.type.catalogText)
    start = record.start.jsonText(in: world.zone)
    startText = record.start.displayText(in: world.zone)
    let isRunning = record.status == .running
    end = isRunning ? nil : record.end?.jsonText(in: world.zone)
    duration = isRunning ? max(0, world.now().seconds(since: record.start)) : record.duration
    let isDead = record.isDead(isAlive: world.isAlive)
    status = isDead ? "died" : record.status.catalogText
    if isDead { duration = nil }
    // Of another process it is what a run left that was killed.
    self.progress = isDead || progress?.pid != record.writer?.pid ? nil : progress
    (files, written_files) = (record.files, record.writtenFiles)
    (bytes, written_bytes) = (record.bytes, record.writtenBytes)
    (location, log) = (record.location, record.log)
    verified_at = record.proof?.time.jsonText(in: world.zone)
    verified_status = record.proof.map { ($0.isGood ? RunStatus.ok : .error).catalogText }
    restore_seconds = record.proof?.restoreSeconds
    provenText =
      record.proof.map { proof in
        let age = TimeSpan(seconds: max(0, world.now().seconds(since: proof.time)))
        return proof.isGood ? "\(age) ago" : "FAILED"
      } ?? "-"
  }

  enum CodingKeys: String, CodingKey {
    case section, server, type, start, end, duration, status, files, written_files, bytes
    case written_bytes, location, log, verified_at, verified_status, restore_seconds, progress
    case pinned
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
        row.section, row.status, row.duration.map { TimeSpan(seconds: $0).description } ?? "-",
        row.progress?.text ?? "-", row.type, row.startText,
      ])
    }
    return table
  }

  private var forPeople: [String] {
    [
      section, type, startText, duration.map { TimeSpan(seconds: $0).description } ?? "-", status,
      files.map(String.init) ?? "-", bytes.map { ByteCount($0).description } ?? "-",
      written_bytes.map { ByteCount($0).description } ?? "-", provenText,
      location.map { DiskPath.name(of: DiskPath.trimmed($0)) + (pinned ? " (pinned)" : "") } ?? "-",
      log,
    ]
  }

  private var forScripts: [String] {
    [
      section, type, start, duration.map(String.init) ?? "", status,
      files.map(String.init) ?? "", bytes.map(String.init) ?? "",
      written_bytes.map(String.init) ?? "", location ?? "", log, verified_at ?? "",
      verified_status ?? "", progress?.text ?? "", pinned ? "pinned" : "",
    ]
  }
}
