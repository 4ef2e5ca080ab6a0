import BackupProofs
import TISBackupCore

/// What the files of a backup should be: as recorded when it was taken, where that is known, else as
/// they are now.
///
/// So a file that was recorded is read once, by the copy: whatever goes wrong on the way from the day
/// of the backup to the platter shows in the end.
struct SourceSums {
  let item: ExportPlan.Item
  /// Sorted by path.
  let sums: [FileSum]
  /// Those that were not read now.
  private let recorded: Set<[UInt8]>

  /// Reads what nobody has recorded.
  static func of(_ item: ExportPlan.Item) async throws(BackupError) -> SourceSums {
    let digests = try FileManifest.digests(of: item.source)
    let read = try await FileSums(root: root(of: item), only: nil).compute(digests.unknown)
    let recorded = digests.recorded.map { FileSum(path: $0.path, digest: $0.digest) }
    return SourceSums(
      item: item,
      sums: (recorded + read).sorted { $0.path.lexicographicallyPrecedes($1.path) },
      recorded: Set(recorded.map(\.path)))
  }

  private static func root(of item: ExportPlan.Item) -> String {
    DiskLayout.isFolder(item.source) ? item.source : DiskPath.parent(of: item.source)
  }

  /// Why files of a copy cannot be proven when it is the backup itself that went bad since it was
  /// recorded; nil when that is as it was.
  func errorOfBackup(among paths: Set<String>) async throws(BackupError) -> BackupError? {
    let doubtful = sums.filter { recorded.contains($0.path) && paths.contains($0.shownPath) }
    let now = try await FileSums(root: Self.root(of: item), only: nil, readsDisk: true)
      .compute(doubtful.map { ($0.path, 0) })
    let bad = Set(doubtful).subtracting(now).map(\.shownPath)
    guard let first = bad.min() else { return nil }
    return BackupError(.unproven, .rotten(item, bad.count, first), hint: .verify(item))
  }
}

extension BackupError.Message {
  fileprivate static func rotten(_ item: ExportPlan.Item, _ count: Int, _ first: String) -> Self {
    "section [\(item.section)]: in the backup itself \(count) \(count == 1 ? "file" : "files"), such as '\(first)', went bad since it was taken"
  }
  fileprivate static func verify(_ item: ExportPlan.Item) -> Self {
    "Look at the disk of the backups: 'tisbackup-verify -s \(item.section) --all', 'dmesg', 'smartctl -a'; the next backup takes these files anew."
  }
}
