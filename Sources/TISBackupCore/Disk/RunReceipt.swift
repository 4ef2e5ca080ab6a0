import FoundationEssentials
import Glibc

/// What a run proved, written beside its backup as `.<name>.json`.
///
/// A backup gets its final name only after its receipt is there. So the disk alone can tell a
/// complete backup from a partial one, when the catalog is lost or when a run died between the
/// rename and the catalog's row.
package struct RunReceipt: Sendable, Equatable, Codable {
  package var section: String
  package var type: String
  package var server: String
  /// Times in the form of the catalog, with offset.
  package var start: String
  package var end: String
  /// A word of the catalog: `OK` or `Warning`.
  package var status: String
  package var files: Int64?
  package var writtenFiles: Int64?
  package var bytes: Int64?
  package var writtenBytes: Int64?
  package var transferredBytes: Int64?
  package var log: String

  package init(section: Section, start: Instant, end: Instant, outcome: Outcome, zone: LocalZone) {
    self.section = section.name
    (type, server) = (section.typeName, section.server)
    (self.start, self.end) = (start.catalogText(in: zone), end.catalogText(in: zone))
    (status, log) = (outcome.status.catalogText, outcome.log)
    (files, writtenFiles) = (outcome.files, outcome.writtenFiles)
    (bytes, writtenBytes) = (outcome.bytes, outcome.writtenBytes)
    transferredBytes = outcome.transferredBytes
  }

  /// The outcome that was proven, for the row of the catalog.
  package var outcome: Outcome {
    var outcome = Outcome(RunStatus(catalogText: status), log: log)
    (outcome.files, outcome.writtenFiles) = (files, writtenFiles)
    (outcome.bytes, outcome.writtenBytes) = (bytes, writtenBytes)
    outcome.transferredBytes = transferredBytes
    return outcome
  }

  /// Where the receipt of a backup lies.
  package static func path(forBackup location: String) -> String {
    "\(DiskPath.parent(of: location))/.\(DiskPath.name(of: location)).json"
  }

  /// Writes and syncs the receipt; the backup may be renamed to `location` after that.
  package func write(forBackup location: String) throws(BackupError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    guard let data = try? encoder.encode(self) else {
      throw BackupError(.storage, "cannot encode the receipt of '\(location)'")
    }
    try SmallFile.write(data, to: Self.path(forBackup: location))
  }

  /// The receipt of a backup; nil when there is none, or none that can be read.
  package static func read(forBackup location: String) -> RunReceipt? {
    guard let bytes = try? SmallFile.bytes(at: path(forBackup: location), limit: 1 << 22) else {
      return nil
    }
    return try? JSONDecoder().decode(RunReceipt.self, from: Data(bytes))
  }
}
