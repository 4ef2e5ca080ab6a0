import Glibc
import OutsideWorld
import TISBackupCore

extension ExportJob {
  /// The file on a target whose lock says that an export writes to it.
  static let lockName = ".tisbackup.lock"

  /// Copies, proves and records what the plan says; one section that fails never stops the others.
  ///
  /// `done` hears of each as it ends.
  package func perform(_ plan: ExportPlan, done: (SectionResult) -> Void = { _ in })
    async
    throws(BackupError) -> [SectionResult]
  {
    let shared = try configuration.repository(in: world).share()
    defer { withExtendedLifetime(shared) {} }
    guard let lock = try FileLock(path: "\(target)/\(Self.lockName)") else {
      throw BackupError(.locked, .busy(target), hint: .wait)
    }
    defer { withExtendedLifetime(lock) {} }
    removeProbes()
    var manifest = try ExportManifest.read(in: target)
    var results = plan.left
    for item in plan.items {
      guard !Task.isCancelled else {
        results.append(.interrupted(item.section, by: world.interruption()))
        continue
      }
      // Whoever asks what an export does finds it beside the catalog.
      let report = ProgressReport(
        item.section, in: configuration.layout.logFolder, world, isShown: showsProgress)
      let copy = ExportCopy(
        item: item, target: target, keep: keep, lock: lock, world: world, report: report)
      let result = await perform(copy, &manifest, lock)
      report.finish()
      results.append(result)
      done(result)
    }
    let order = sections.map(\.name)
    results.sort {
      order.firstIndex(of: $0.section) ?? 0 < order.firstIndex(of: $1.section) ?? 0
    }
    do throws(BackupError) {
      try requireTarget(lock)
      try finish(manifest)
    } catch {
      // The copies are there and proven all the same.
      world.say(Note(.error, nil, error.description))
      results.append(.failed(target, error))
    }
    return results
  }

  /// What an export that was killed tried out.
  private func removeProbes() {
    for name in DiskLayout.names(in: target) where name.hasPrefix(TargetAbilities.probePrefix) {
      _ = try? FileTree.remove("\(target)/\(name)")
    }
  }

  /// Makes sure that the disk of the target is still there: what is below its mount point without it
  /// is no copy on another disk.
  private func requireTarget(_ lock: FileLock) throws(BackupError) {
    var (held, found) = (stat(), stat())
    guard fstat(lock.descriptor, &held) == 0, stat("\(target)/\(Self.lockName)", &found) == 0,
      held.st_dev == found.st_dev, held.st_ino == found.st_ino
    else { throw BackupError(.storage, .targetGone(target), hint: .mountTarget) }
  }

  private func perform(
    _ copy: ExportCopy, _ manifest: inout ExportManifest, _ lock: FileLock
  ) async -> SectionResult {
    let item = copy.item
    do throws(BackupError) {
      try requireTarget(lock)
      let catalog = try configuration.catalog(.write, zone: world.zone)
      try settleDeadExports(of: item.section, in: catalog)
      let key = try catalog.begin(
        .export, section: item.section, server: item.server, description: "", at: world.now(),
        by: world.writer)
      do throws(BackupError) {
        let outcome: Outcome
        do throws(BackupError) {
          outcome = try await copy.perform(&manifest)
        } catch {
          // A disk that was pulled is the reason of whatever failed first.
          if !Task.isCancelled { try requireTarget(lock) }
          throw error
        }
        try catalog.end(key, outcome, at: world.now())
        // After the row: a disk is rather taken for older than it is.
        try catalog.recordCopy(
          of: item.section, begun: item.record.start, on: place, at: world.now())
        let isWarning = outcome.status == .warning
        world.say(Note(isWarning ? .warning : .info, item.section, outcome.log))
        return SectionResult(
          item.section, isWarning ? .warning : .ok, outcome.log, outcome: outcome)
      } catch {
        let error = error.naming(world.interruption(), item.section)
        try catalog.end(
          key, Outcome(.error, log: error.oneLine(about: item.section)), at: world.now())
        throw error
      }
    } catch {
      world.say(Note(.error, item.section, error.description))
      return .failed(item.section, error)
    }
  }

  /// An export that died is on record as failed, not as running for ever.
  private func settleDeadExports(of section: String, in catalog: Catalog) throws(BackupError) {
    let rows = try catalog.newest(of: section, type: .export).records
    for row in rows where row.isDead(isAlive: world.isAlive) {
      guard let key = try catalog.key(of: row) else { continue }
      try catalog.end(key, Outcome(.error, log: "the export died before it ended"), at: row.start)
    }
  }

  /// The manifest, the catalog and the paper for whoever finds the disk; each replaced whole.
  private func finish(_ manifest: ExportManifest) throws(BackupError) {
    try manifest.write(in: target)
    let copy = "\(target)/tisbackup.sqlite"
    unlink(copy + ".new")
    let catalog = try configuration.catalog(.read, zone: world.zone)
    try catalog.copy(to: copy + ".new")
    guard rename(copy + ".new", copy) == 0 else { throw .system("cannot replace '\(copy)'") }
    let paper = ExportPaper(
      configuration, target: target, written: world.now(), by: MachineName.current(),
      zone: world.zone)
    try SmallFile.write(Array(paper.text.utf8), to: "\(target)/RESTORE.txt", mode: 0o644)
    SmallFile.syncFolder(target)
  }
}

extension BackupError.Message {
  fileprivate static func targetGone(_ target: String) -> Self {
    "the disk of '\(target)' went away during the export"
  }
  fileprivate static let mountTarget: Self = "Mount it again, and export again."
  fileprivate static func busy(_ target: String) -> Self { "another export writes to '\(target)'" }
  fileprivate static let wait: Self = "Wait for it to end."
}
