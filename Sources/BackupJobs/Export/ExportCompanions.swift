import BackupProofs
import Glibc
import TISBackupCore

/// What lies beside a backup and tells of it: its receipt and its manifest.
///
/// They go along, so that who takes copies over from the disk has backups that can be registered and
/// proven.
struct ExportCompanions {
  let item: ExportPlan.Item

  /// Writes them beside the generation, whole or not at all, before it gets its name.
  func write() throws(BackupError) {
    guard DiskLayout.isFolder(item.source) else { return }
    for (from, to) in zip(Self.paths(of: item.source), Self.paths(of: item.destination))
    where access(from, R_OK) == 0 && !isSame(from, to) {
      try SmallFile.write(try SmallFile.bytes(at: from, limit: .max), to: to)
      // The time is that of the original: a later export sees that nothing has to be written.
      var status = stat()
      guard stat(from, &status) == 0 else { continue }
      let times = [status.st_mtim, status.st_mtim]
      utimensat(AT_FDCWD, to, times, 0)
    }
  }

  /// Times of FAT are even seconds.
  private func isSame(_ one: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_size == second.st_size
      && abs(first.st_mtim.tv_sec - second.st_mtim.tv_sec) < 2
  }

  /// Removes those of generations that are gone; what cannot be removed does no harm.
  func removeStale(besides generations: [String]) {
    let wanted = Set(generations.flatMap { Self.paths(of: "\(item.folder)/\($0)") })
    for name in DiskLayout.names(in: item.folder) where name.hasPrefix(".") {
      let path = "\(item.folder)/\(name)"
      let isOurs = [".json", ".manifest", ".new"].contains(where: name.hasSuffix)
      if isOurs && !wanted.contains(path) { unlink(path) }
    }
  }

  private static func paths(of location: String) -> [String] {
    [RunReceipt.path(forBackup: location), FileManifest.path(forBackup: location)]
  }
}
