import BackupDrivers
import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// The copy of one backup to the target: copied beside, proven, then given its name.
struct ExportCopy {
  let item: ExportPlan.Item
  let target: String
  let keep: Int
  let lock: FileLock
  let world: World
  let report: ProgressReport

  /// What a copy came to.
  private struct Proven {
    /// The files on the target.
    var sums: [FileSum]
    /// Those of them that had gone bad there.
    var repaired: Set<String> = []
    /// Whether it was there already, whole.
    var wasThere = false
  }

  /// Copies, proves and names the copy.
  ///
  /// Order, so that it may stop anywhere: the copy is proven and synced, then its lines are in the
  /// manifest, then it gets its name; only then older generations go. A manifest that names what is
  /// not there is put right by the next export.
  func perform(_ manifest: inout ExportManifest) async throws(BackupError) -> Outcome {
    // Cleanup leaves alone what is being read.
    guard let reading = try FileLock(sharing: item.source) else {
      throw BackupError(.locked, .beingRemoved(item), hint: .exportAgain)
    }
    defer { withExtendedLifetime(reading) {} }
    try DiskLayout.makeFolder(item.folder)
    let proven = item.form == .archive ? try await archive(manifest) : try await files()
    try companions.write()
    manifest.replace("\(item.section)/\(item.generation)", with: proven.sums)
    try manifest.write(in: target)
    if !proven.wasThere { try giveName() }
    try prune(&manifest)
    return outcome(proven)
  }

  private var companions: ExportCompanions { ExportCompanions(item: item) }

  private func outcome(_ proven: Proven) -> Outcome {
    let files = proven.sums.count
    var outcome = Outcome(
      .ok,
      log:
        "\(item.generation): \(files) file\(files == 1 ? "" : "s") proven by SHA-256\(item.remark)")
    if let first = proven.repaired.min() {
      outcome.status = .warning
      let count = proven.repaired.count
      outcome.log =
        "\(item.generation): \(count) \(count == 1 ? "file" : "files"), such as '\(first)', had gone bad on the "
        + "target and were copied again; look at that disk: 'dmesg', 'smartctl -a'"
    } else if item.isThere {
      outcome.log += ", was there already"
    }
    outcome.files = item.record.files
    outcome.bytes = item.record.bytes
    // TISBackup writes the destination of a folder with a slash at its end.
    outcome.location = item.destination + "/"
    return outcome
  }

  private var isFolder: Bool { DiskLayout.isFolder(item.source) }

  /// A copy as one archive, which is written anew when what is there is not as it was proven.
  private func archive(_ manifest: ExportManifest) async throws(BackupError) -> Proven {
    var repaired: Set<String> = []
    if item.isThere {
      let wanted = try manifest.sums(of: "\(item.section)/\(item.generation)")
      repaired = try await different(item.destination, from: wanted)
      if repaired.isEmpty && !wanted.isEmpty { return Proven(sums: wanted, wasThere: true) }
    }
    try DiskLayout.makeFolder(item.incoming)
    report.enter("archives")
    let sums = try await ArchiveCopy(item: item, lock: lock, world: world).write(to: item.incoming)
    return Proven(sums: sums, repaired: repaired)
  }

  private func files() async throws(BackupError) -> Proven {
    report.enter("reads the backup")
    let source = try await SourceSums.of(item)
    let rotten = item.isThere ? try await different(item.destination, from: source.sums) : []
    guard !item.isThere || !rotten.isEmpty else {
      return Proven(sums: source.sums, wasThere: true)
    }
    let bad = try await copy(source, hadRot: !rotten.isEmpty)
    return Proven(sums: source.sums, repaired: rotten.union(bad))
  }

  /// Copies beside until every file is proven; gives the files that had gone bad on the target.
  ///
  /// Unchanged files are linked to an older generation by size and time, so a file that went bad
  /// there goes bad here: then all are compared by content, and what differs is copied anew.
  private func copy(_ source: SourceSums, hadRot: Bool) async throws(BackupError) -> Set<String> {
    // What an earlier export left may be what could not be proven: size and time prove nothing.
    let isDoubtful = hadRot || access(item.incoming, F_OK) == 0
    try await rsync(comparing: isDoubtful ? ["--checksum"] : [])
    let bad = try await different(item.incoming, from: source.sums)
    guard !bad.isEmpty else { return [] }
    try await rsync(comparing: ["--checksum"])
    let still = try await different(item.incoming, from: source.sums)
    guard still.isEmpty else {
      if let error = try await source.errorOfBackup(among: still) { throw error }
      throw BackupError(.unproven, .different(item, still), hint: .lookAtTarget)
    }
    return bad
  }

  private static let progress = ["--info=progress2", "--no-human-readable", "--outbuf=L"]

  private func rsync(comparing how: [String]) async throws(BackupError) {
    // A file goes into the folder of its generation, a folder becomes it.
    let source = isFolder ? item.source + "/" : item.source
    let older = item.links ? generations.last.map { ["--link-dest=\(item.folder)/\($0)"] } : nil
    let kept = item.form == .whole ? ["-rlptgoD", "-HAXS", "--numeric-ids"] : ["-rt"]
    let arguments =
      kept + ["--delete"] + how + (older ?? []) + ["--", source, item.incoming + "/"]
    var invocation = Invocation("rsync", Self.progress + arguments)
    invocation.lock = lock
    report.enter("copies")
    world.say(Note(.debug, item.section, invocation.redacted))
    let finished = try await world.run(invocation) { [report] line in
      if let progress = RsyncProgress.parse(line) { report.take(progress) }
    }
    guard finished.succeeded else {
      throw BackupError(
        .storage, .copyFailed(item, finished), hint: .lookAtTarget)
    }
  }

  /// The files of a folder on the target that are not as they should be, or not there.
  private func different(_ folder: String, from wanted: [FileSum]) async throws(BackupError)
    -> Set<String>
  {
    report.enter("proves the copy")
    // What was just written is still in memory: the proof is of the disk.
    try SmallFile.syncFileSystem(of: item.folder)
    let only = isFolder || item.form == .archive ? nil : DiskPath.name(of: item.source)
    let found = try await FileSums(root: folder, only: only, readsDisk: true).compute()
    return Set(Set(wanted).symmetricDifference(found).map(\.shownPath))
  }

  /// Gives the proven copy its name; one that went bad makes way for it.
  ///
  /// Stopped between the two renames, the target lacks this generation, and the next export
  /// makes it from what is in `.incoming`.
  private func giveName() throws(BackupError) {
    let trash = "\(item.folder)/\(DiskLayout.trashPrefix)\(item.generation)"
    if item.isThere {
      try FileTree.remove(trash)
      guard rename(item.destination, trash) == 0 else {
        throw .system("cannot move '\(item.destination)' away")
      }
    }
    guard rename(item.incoming, item.destination) == 0 else {
      throw .system("cannot rename '\(item.incoming)'")
    }
    SmallFile.syncFolder(item.folder)
  }

  /// Removes generations beyond `keep`, oldest first, and what earlier exports left unfinished.
  private func prune(_ manifest: inout ExportManifest) throws(BackupError) {
    for name in DiskLayout.names(in: item.folder)
    where name.hasPrefix(DiskLayout.trashPrefix) || name.hasSuffix(".incoming") {
      try FileTree.remove("\(item.folder)/\(name)")
    }
    let all = generations
    for name in all.dropLast(max(1, keep)) where name != item.generation {
      let trash = "\(item.folder)/\(DiskLayout.trashPrefix)\(name)"
      guard rename("\(item.folder)/\(name)", trash) == 0 else {
        throw .system("cannot remove '\(item.folder)/\(name)'")
      }
      manifest.replace("\(item.section)/\(name)", with: [])
      try manifest.write(in: target)
      try FileTree.remove(trash)
    }
    companions.removeStale(besides: generations)
  }

  /// Finished generations on the target, oldest first.
  private var generations: [String] { ExportGenerations(item.folder, zone: world.zone).names }
}

extension BackupError.Message {
  fileprivate static func beingRemoved(_ item: ExportPlan.Item) -> Self {
    "section [\(item.section)]: '\(item.source)' is being removed by tisbackup-cleanup"
  }
  fileprivate static let exportAgain: Self = "Export again: a newer backup is there."
  fileprivate static func copyFailed(_ item: ExportPlan.Item, _ finished: Finished) -> Self {
    "section [\(item.section)]: rsync to '\(item.incoming)' failed (\(finished.end)): \(finished.reason)"
  }
  fileprivate static func different(_ item: ExportPlan.Item, _ paths: Set<String>) -> Self {
    "section [\(item.section)]: the copy differs from the backup in \(paths.count) \(paths.count == 1 ? "file" : "files"), such as '\(paths.min() ?? "")'"
  }
  fileprivate static let lookAtTarget: Self =
    "Look at the target disk: 'df -h', 'dmesg'; nothing there was replaced."
}
