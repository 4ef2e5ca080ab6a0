import OutsideWorld
import TISBackupCore

/// A backup as one archive, for a target that keeps nothing but content.
///
/// The proof reads the parts back from the disk and has `tar` compare them with the backup: content,
/// owners, modes, times and links.
struct ArchiveCopy {
  private static let metadata = ["--xattrs", "--xattrs-include=*", "--acls", "--numeric-owner"]

  let item: ExportPlan.Item
  let lock: FileLock
  let world: World
  var part = ArchiveWriter.usualPart

  /// Writes the parts to a folder that is there, and proves them; gives their sums.
  func write(to folder: String) async throws(BackupError) -> [FileSum] {
    // What an earlier export left was never proven, and an archive is not gone on with.
    for path in ArchiveParts.paths(in: folder) { try FileTree.remove(path) }
    let writer = ArchiveWriter(folder: folder, name: item.section, part: part)
    var invocation = tar(["--create", "--format=pax", "--sparse"], [name])
    invocation.sink = writer
    invocation.lock = lock
    let finished = try await run(invocation)
    if let failure = writer.failure { throw failure }
    guard finished.succeeded else {
      throw BackupError(.storage, .failed(item, finished), hint: .lookAtTarget)
    }
    try SmallFile.syncFileSystem(of: folder)
    return try await compare(folder)
  }

  /// Reads the parts back and compares them with the backup; gives their sums.
  private func compare(_ folder: String) async throws(BackupError) -> [FileSum] {
    let reader = ArchiveReader(ArchiveParts.paths(in: folder))
    var invocation = tar(["--compare"], [])
    invocation.input = .source(reader)
    let finished = try await run(invocation)
    if let failure = reader.failure { throw failure }
    guard finished.succeeded else {
      throw BackupError(.unproven, .different(item, finished), hint: .lookAtTarget)
    }
    return reader.sums
  }

  private var name: String {
    DiskLayout.isFolder(item.source) ? "." : DiskPath.name(of: item.source)
  }

  private func tar(_ mode: [String], _ names: [String]) -> Invocation {
    let folder =
      DiskLayout.isFolder(item.source) ? item.source : DiskPath.parent(of: item.source)
    var invocation = Invocation(
      "tar",
      mode + Self.metadata + ["--file=-", "--directory=\(folder)"]
        + (names.isEmpty ? [] : ["--"] + names))
    invocation.environment = ["LC_ALL": "C"]
    return invocation
  }

  private func run(_ invocation: Invocation) async throws(BackupError) -> Finished {
    world.say(Note(.debug, item.section, invocation.redacted))
    return try await world.run(invocation, nil)
  }
}

extension BackupError.Message {
  fileprivate static func failed(_ item: ExportPlan.Item, _ finished: Finished) -> Self {
    "section [\(item.section)]: tar to '\(item.incoming)' failed (\(finished.end)): \(finished.reason)"
  }
  fileprivate static func different(_ item: ExportPlan.Item, _ finished: Finished) -> Self {
    "section [\(item.section)]: the archive differs from the backup (\(finished.end)): \(finished.reason)"
  }
  fileprivate static let lookAtTarget: Self =
    "Look at the target disk: 'df -h', 'dmesg'; nothing there was replaced."
}
