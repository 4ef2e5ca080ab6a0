import OutsideWorld
import TISBackupCore

/// One run as scripts are told of it; the names stay.
package struct RunDocument: Encodable, Sendable {
  package var section: String
  package var server: String
  package var type: String
  /// With offset.
  package var start: String
  package var end: String?
  /// Seconds; of a run at work, so far.
  package var duration: Int?
  /// A word of the catalog, or `died`.
  package var status: String
  package var files: Int64?
  package var written_files: Int64?
  package var bytes: Int64?
  package var written_bytes: Int64?
  package var location: String?
  /// Nil where nobody asked for it.
  package var log: String?
  /// When it was last put to a proof, with offset.
  package var verified_at: String?
  /// What came of that, `OK` or `ERROR`.
  package var verified_status: String?
  /// Seconds its last restore test took to load it.
  package var restore_seconds: Double?
  /// Whether somebody asked to keep it whatever retention says; nil where nobody looked.
  package var pinned: Bool?
  /// What a run at work does now; nil where it does not tell, or is dead.
  package var progress: ProgressFile?

  package init(_ record: BackupRecord, _ world: World, progress: ProgressFile? = nil) {
    (section, server, type) = (record.section, record.server, record.type.catalogText)
    start = record.start.jsonText(in: world.zone)
    let isRunning = record.status == .running
    end = isRunning ? nil : record.end?.jsonText(in: world.zone)
    duration = isRunning ? max(0, world.now().seconds(since: record.start)) : record.duration
    let isDead = record.isDead(isAlive: world.isAlive)
    status = isDead ? "died" : record.status.catalogText
    if isDead { duration = nil }
    self.progress = isDead ? nil : progress
    (files, written_files) = (record.files, record.writtenFiles)
    (bytes, written_bytes) = (record.bytes, record.writtenBytes)
    (location, log) = (record.location, record.log)
    verified_at = record.proof?.time.jsonText(in: world.zone)
    verified_status = record.proof.map { ($0.isGood ? RunStatus.ok : .error).catalogText }
    restore_seconds = record.proof?.restoreSeconds
  }
}
