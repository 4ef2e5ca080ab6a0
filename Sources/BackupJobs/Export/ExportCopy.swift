import BackupDrivers
import Glibc
import TISBackupCore

/// The copy of one backup to the target: copied beside, proven, then given its name.
struct ExportCopy {
  let item: ExportPlan.Item
  let target: String
  let keep: Int
  let lock: FileLock
  let world: World

  /// Copies, proves and names the copy.
  ///
  /// Order, so that it may stop anywhere: the copy is proven and synced, then its lines are in the
  /// manifest, then it gets its name; only then older generations go. A manifest that names what is
  /// not there is put right by the next export.
  func perform(_ manifest: inout ExportManifest) async throws(BackupError) -> Outcome {
    try DiskLayout.makeFolder(item.folder)
    if !item.isThere { try await copy() }
    let root = item.isThere ? item.destination : item.incoming
    let sums = try await prove(root)
    try SmallFile.syncFileSystem(of: item.folder)
    manifest.replace("\(item.section)/\(item.generation)", with: sums)
    try manifest.write(in: target)
    if !item.isThere {
      guard rename(item.incoming, item.destination) == 0 else {
        throw .system("cannot rename '\(item.incoming)'")
      }
      SmallFile.syncFolder(item.folder)
    }
    try prune(&manifest)
    return outcome(files: sums.count)
  }

  private func outcome(files: Int) -> Outcome {
    var outcome = Outcome(
      .ok,
      log: "\(item.generation): \(files) files proven by SHA-256"
        + (item.isThere ? ", was there already" : ""))
    outcome.files = item.record.files
    outcome.bytes = item.record.bytes
    // TISBackup writes the destination of a folder with a slash at its end.
    outcome.location = item.destination + "/"
    return outcome
  }

  private var isFolder: Bool { DiskLayout.isFolder(item.source) }

  private func copy() async throws(BackupError) {
    // A file goes into the folder of its generation, a folder becomes it.
    let source = isFolder ? item.source + "/" : item.source
    let older = generations().last.map { ["--link-dest=\(item.folder)/\($0)"] } ?? []
    let arguments =
      ["-rlptgoD", "-HAX", "--numeric-ids", "--delete"] + older
      + ["--", source, item.incoming + "/"]
    var invocation = Invocation("rsync", arguments)
    invocation.lock = lock
    world.say(Note(.debug, item.section, invocation.redacted))
    let finished = try await world.run(invocation, nil)
    guard finished.succeeded else {
      throw BackupError(
        .storage, .copyFailed(item, finished), hint: .lookAtTarget)
    }
  }

  /// Reads source and copy, and compares every file.
  private func prove(_ root: String) async throws(BackupError) -> [FileSum] {
    let folder = isFolder ? item.source : DiskPath.parent(of: item.source)
    let only = isFolder ? nil : DiskPath.name(of: item.source)
    let wanted = try await FileSums(root: folder, only: only, world: world).compute()
    let found = try await FileSums(root: root, only: only, world: world).compute()
    guard wanted == found else {
      let different = Set(wanted).symmetricDifference(found).map(\.shownPath).sorted()
      throw BackupError(.unproven, .different(item, different), hint: .lookAtTarget)
    }
    return found
  }

  /// Removes generations beyond `keep`, oldest first, and what earlier exports left unfinished.
  private func prune(_ manifest: inout ExportManifest) throws(BackupError) {
    for name in DiskLayout.names(in: item.folder)
    where name.hasPrefix(DiskLayout.trashPrefix) || name.hasSuffix(".incoming") {
      try FileTree.remove("\(item.folder)/\(name)")
    }
    let all = generations()
    for name in all.dropLast(max(1, keep)) where name != item.generation {
      let trash = "\(item.folder)/\(DiskLayout.trashPrefix)\(name)"
      guard rename("\(item.folder)/\(name)", trash) == 0 else {
        throw .system("cannot remove '\(item.folder)/\(name)'")
      }
      manifest.replace("\(item.section)/\(name)", with: [])
      try manifest.write(in: target)
      try FileTree.remove(trash)
    }
  }

  /// Finished generations on the target, oldest first.
  private func generations() -> [String] {
    DiskLayout.names(in: item.folder).filter { SnapshotName.start(of: $0, in: world.zone) != nil }
  }
}

extension BackupError.Message {
  fileprivate static func copyFailed(_ item: ExportPlan.Item, _ finished: Finished) -> Self {
    "section [\(item.section)]: rsync to '\(item.incoming)' failed (\(finished.end)): \(finished.reason)"
  }
  fileprivate static func different(_ item: ExportPlan.Item, _ paths: [String]) -> Self {
    "section [\(item.section)]: the copy differs from the backup in \(paths.count) files, such as '\(paths.first ?? "")'"
  }
  fileprivate static let lookAtTarget: Self =
    "Look at the target disk: 'df -h', 'dmesg'; nothing there was replaced."
}
