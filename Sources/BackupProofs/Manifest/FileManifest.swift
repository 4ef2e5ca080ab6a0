import Glibc
import OutsideWorld
import TISBackupCore

/// What was in a backup when it was made: a file `.NAME.manifest` beside the backup NAME, to be
/// compared with it as long as both are there.
///
/// Plain text: a first line with the version of the format, a line for each name in the backup
/// (``ManifestEntry``), in the order of a walk that sorts the bytes of the names, and a last line
/// with their number and the SHA-256 of everything above it, so that a manifest that is cut or
/// damaged is seen. A backup that is one file has one entry, `.`.
///
/// It is written and read as a stream: memory is for some 20 bytes of each file that has to be read,
/// and for some 30 more where it has several names; none for those that an older manifest knows.
package enum FileManifest {
  /// What was recorded.
  package struct Record: Sendable, Equatable {
    /// Names in the backup.
    package var entries = 0
    /// Files that were read, each once, however many names it has.
    package var files = 0
    /// Bytes that were read.
    package var bytes: Int64 = 0
    /// Names whose digest an older manifest knew.
    package var reused = 0
    /// Files whose digest was known from writing them.
    package var written = 0
    /// Files and folders that this user may not read; they are recorded without a digest.
    package var unread = 0
  }

  /// Where the manifest of a backup lies.
  package static func path(forBackup location: String) -> String {
    "\(DiskPath.parent(of: location))/.\(DiskPath.name(of: location))\(suffix)"
  }

  /// Whether a backup has a manifest that can be compared with it.
  package static func isThere(forBackup location: String) -> Bool {
    access(path(forBackup: location), F_OK) == 0
  }

  private static let suffix = ".manifest"
  /// Ends the name of a manifest that is being written.
  static let newSuffix = ".new"

  /// The backup that a file in its folder is the manifest of, whole or begun; nil for other files.
  package static func backupName(ofManifest name: String, in folder: String) -> String? {
    let whole = name.hasSuffix(newSuffix) ? String(name.dropLast(newSuffix.count)) : name
    guard whole.hasPrefix("."), whole.hasSuffix(suffix) else { return nil }
    // Somebody else's file may have such a name too. A power cut may leave a begun one empty.
    let start = try? SmallFile.bytes(
      at: "\(folder)/\(name)", limit: ManifestFormat.header.utf8.count)
    guard let start, ManifestFormat.header.utf8.starts(with: start),
      name != whole || !start.isEmpty
    else { return nil }
    return String(whole.dropFirst().dropLast(suffix.count))
  }

  /// Writes the manifest of the backup that will have its name at `location` and still is at
  /// `partial`.
  ///
  /// `previous` are backups with which it shares unchanged files, by hard links or as snapshots of one
  /// subvolume: a file that has the inode, size and time of one of theirs is that file, and keeps the
  /// digest it was recorded with, unread.
  /// `written` are files that this run wrote itself, and whose digest it computed in passing: one that
  /// still is as it was then is not read either.
  package static func record(
    _ partial: String, as location: String, reusing previous: [String] = [],
    written: [WrittenFile] = [], threads: Int = ReadingThreads.all
  ) async throws(BackupError) -> Record {
    try await ReadingThreads.run { time throws(BackupError) in
      try ManifestRecording(
        backup: partial, location: location, previous: previous, written: written,
        threads: threads, time: time
      ).perform()
    }
  }

  /// Compares a backup with its manifest: what is there and what is not, of which type and size,
  /// written when; and the content of so many percent of its files, read from the disk.
  ///
  /// Which files those are depends on `day`, counted from 1970: read every day, a backup is read
  /// whole once in 100 / `percent` days.
  ///
  /// Throws when manifest or backup cannot be looked at, or the manifest is damaged; what differs is
  /// a result.
  package static func compare(
    _ location: String, sample percent: Int, day: Int, threads: Int = ReadingThreads.all
  ) async throws(BackupError) -> Comparison {
    try await ReadingThreads.run { time throws(BackupError) in
      try ManifestComparison(
        location: location, sample: ManifestSample(percent: percent, day: day), threads: threads,
        time: time
      ).perform()
    }
  }
}
