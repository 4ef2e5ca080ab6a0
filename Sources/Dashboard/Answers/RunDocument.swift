import TISBackupCore

/// One run, for scripts; the names are those of `tisbackup-status --json`.
struct RunDocument: Encodable, Sendable {
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
  var log: String?
  /// When it was last put to a proof, with offset.
  var verified_at: String?
  var verified_status: String?

  init(_ record: BackupRecord, withLog: Bool, in zone: LocalZone) {
    (section, server, type) = (record.section, record.server, record.type.catalogText)
    start = record.start.jsonText(in: zone)
    end = record.status == .running ? nil : record.end?.jsonText(in: zone)
    (duration, status) = (record.duration, record.status.catalogText)
    (files, written_files) = (record.files, record.writtenFiles)
    (bytes, written_bytes) = (record.bytes, record.writtenBytes)
    (location, log) = (record.location, withLog ? record.log : nil)
    verified_at = record.proof?.time.jsonText(in: zone)
    verified_status = record.proof.map { $0.isGood ? "OK" : "ERROR" }
  }
}
