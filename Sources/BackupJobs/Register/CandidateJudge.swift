import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// Says of a name in the folder of a section whether it is a backup, and what its row would be.
struct CandidateJudge {
  let section: Section
  let folder: String
  let world: World

  /// Whether the type of the section knows such names: of finished backups, or of unfinished ones.
  func recognises(_ name: String) -> Bool { isUnfinished(name) || start(of: name) != nil }

  /// Whether it is the name of work that was never finished.
  func isUnfinished(_ name: String) -> Bool {
    DiskLayout.unfinishedSuffixes.contains { suffix in
      guard name.hasSuffix(suffix) else { return false }
      let stem = String(name.dropLast(suffix.count))
      return SnapshotName.start(of: stem, in: world.zone) != nil || start(of: stem) != nil
    }
  }

  /// The start that the name of a finished backup stands for.
  func start(of name: String) -> Instant? {
    section.type?.start(ofArtifact: name, section: section.name, in: world.zone)
  }

  /// Reads the backup as far as its type asks for that; nil for a name that has nothing to do with
  /// backups.
  func judge(_ name: String) async -> RegisterCandidate.Verdict? {
    guard let type = section.type, type.artifact != .none else { return nil }
    if isUnfinished(name) { return .leave("unfinished") }
    guard let start = start(of: name) else { return nil }
    let location = "\(folder)/\(name)"
    do throws(BackupError) {
      _ = try await StoredArtifact(type: type, location: location).prove(using: world)
      return .add(try record(start: start, location: location))
    } catch {
      return .leave(String(error.oneLine.trimmingPrefix("'\(location)' ")))
    }
  }

  /// The row of a backup: what its receipt proved, else what the disk still shows.
  private func record(start: Instant, location: String) throws(BackupError) -> BackupRecord {
    var record = BackupRecord(section: section.name, start: start, status: .ok)
    record.server = section.server
    record.description = section.text(.description) ?? ""
    record.location = location
    if let receipt = RunReceipt.read(forBackup: location), receipt.section == section.name,
      let begun = Instant(catalogText: receipt.start, in: world.zone)
    {
      let outcome = receipt.outcome
      (record.start, record.status) = (begun, outcome.status)
      record.end = Instant(catalogText: receipt.end, in: world.zone)
      (record.files, record.writtenFiles) = (outcome.files, outcome.writtenFiles)
      (record.bytes, record.writtenBytes) = (outcome.bytes, outcome.writtenBytes)
      record.log = outcome.log + "\nregistered from disk, as its receipt says"
      return record
    }
    record.end = end(of: location, startedAt: start)
    (record.files, record.bytes) = try Self.size(of: location)
    record.log = "registered from disk"
    return record
  }

  /// TISBackup touched a folder when it was done, and a file was last written then.
  private func end(of location: String, startedAt start: Instant) -> Instant {
    var status = stat()
    guard stat(location, &status) == 0 else { return start }
    return min(world.now(), max(start, Instant(seconds: status.st_mtim.tv_sec)))
  }

  /// How much lies there, each inode counted once.
  static func size(of location: String) throws(BackupError) -> (files: Int64?, bytes: Int64?) {
    guard !DiskLayout.isFolder(location) else {
      let size = try FileTree.measure(location)
      return (size.files, size.bytes)
    }
    var status = stat()
    stat(location, &status)
    return (1, Int64(status.st_size))
  }
}
