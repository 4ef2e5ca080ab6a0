import BackupDrivers
import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// The run of one section, from its lock to its row in the catalog.
struct SectionRun {
  private let section: Section
  private let configuration: Configuration
  private let world: World
  private let guardian: DiskGuard
  private let report: ProgressReport
  private let showsProgress: Bool
  private let folder: String

  init(_ job: RunJob, _ section: Section) {
    self.section = section
    (configuration, world, showsProgress) = (job.configuration, job.world, job.showsProgress)
    folder = configuration.layout.folder(of: section)
    guardian = DiskGuard(configuration, readSpace: job.readSpace)
    report = ProgressReport(section.name, in: folder, world, isShown: showsProgress)
  }

  /// Runs it, and tells how long that took.
  func timed() async -> SectionResult {
    let begun = world.ticks()
    var result = await perform()
    result.duration = Int((world.ticks() - begun).components.seconds)
    return result
  }

  private func perform() async -> SectionResult {
    do throws(BackupError) {
      if let problem = configuration.errors(of: section).first { throw problem.error }
      if let reason = try Self.reasonToSkip(section, world) {
        return skipped(reason, expected: true)
      }
      let driver = try BackupDrivers.make(section)
      // Since this run began, the disk may have gone.
      try configuration.repository(in: world).require()
      try DiskLayout.makeFolder(folder)
      if let pid = OldLock.holder(in: folder) {
        return skipped("TISBackup is at work on it (pid \(pid))")
      }
      guard let lock = try FileLock(path: "\(folder)/\(DiskLayout.lockName)") else {
        return skipped("another run, or a program it left, is at work on it")
      }
      return try await perform(driver, lock)
    } catch {
      noteNews()
      return failed(error)
    }
  }

  /// Why nothing is to be done now, as it should be; nil when it is.
  static func reasonToSkip(_ section: Section, _ world: World) throws(BackupError) -> String? {
    if section.type?.isByDesignWithoutBackup == true { return "not backed up by design" }
    guard let windows = try section.windows(.window),
      !windows.contains(world.zone.civilTime(at: world.now()))
    else { return nil }
    return "outside of its window \(section.text(.window) ?? "")"
  }

  /// Monitoring must hear of a run that left no row, too: its section may be unusable from now on.
  private func noteNews() {
    do throws(BackupError) {
      try configuration.catalog(.write, zone: world.zone)
        .noteNews(of: .backup, section.name, at: world.now())
    } catch {
      world.say(Note(.warning, section.name, "nobody is told of it: \(error.oneLine)"))
    }
  }

  /// The row is begun before anything is done and ended whatever happens: a run that dies is seen
  /// by its row, whose writer is gone.
  func perform(_ driver: any BackupDriver, _ lock: FileLock) async throws(BackupError)
    -> SectionResult
  {
    let catalog = try configuration.catalog(.write, zone: world.zone)
    let store = SnapshotStore(section: section, folder: folder, world: world)
    try store.settleDeadRuns(in: catalog)
    let key = try catalog.begin(
      .backup, section: section.name, server: section.server,
      description: section.text(.description) ?? "", at: store.freeStart(world.now(), for: driver),
      by: world.writer)
    world.say(Note(.info, section.name, "begins"))
    let ticking = showsProgress ? tick() : nil
    defer {
      ticking?.cancel()
      report.finish()
    }
    let outcome: Outcome?
    do throws(BackupError) {
      try guardian.permit(section, in: folder, world)
      outcome = try await backUp(driver, key, lock, store, catalog)
    } catch {
      let error = error.naming(world.interruption(), section.name)
      let log = error.oneLine(about: section.name)
      store.dropUselessPartial(of: key, driver)
      do throws(BackupError) {
        try catalog.end(key, Outcome(.error, log: log), at: world.now())
      } catch let trouble {
        // A full disk may be the cause of both; without this line nobody would hear of the first.
        world.say(Note(.error, section.name, error.description))
        throw trouble
      }
      return failed(error)
    }
    guard let outcome else {
      try catalog.withdraw(key)
      return skipped(
        "its preexec asked to skip this run (exit \(Hooks.skipStatus))", expected: true)
    }
    // Stopped before this, or refused by the catalog: the receipt beside the backup lets the next
    // run end the row as it is, so nothing else may be written over it here.
    try catalog.end(key, outcome, at: world.now())
    return outcome.status == .error ? failed(outcome) : succeeded(outcome)
  }

  /// Moves the time on a live line, also while nothing comes.
  private func tick() -> Task<Void, Never> {
    Task { [report] in
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(1))
        if !Task.isCancelled { report.refresh() }
      }
    }
  }

  /// Hooks around the driver; nil when a hook asked to skip.
  private func backUp(
    _ driver: any BackupDriver, _ key: RunKey, _ lock: FileLock, _ store: SnapshotStore,
    _ catalog: Catalog
  ) async throws(BackupError) -> Outcome? {
    let deadline = try section.seconds(.timeout).map { Deadline($0, from: world.ticks()) }
    let hooks = try Hooks(section, world: world, lock: lock, deadline: deadline)
    let links = try store.linkTargets(in: catalog)
    let written = WrittenFiles()
    let result: Result<Outcome?, BackupError>
    do throws(BackupError) {
      let attempts = try Attempts(section, deadline: deadline)
      if hooks.haveBefore { report.enter("preexec") }
      result = .success(
        try await hooks.before()
          ? try await copy(driver, key, lock, store, links, written, attempts) : nil)
    } catch {
      result = .failure(error)
    }
    // What preexec stopped must go on, whatever came of the backup.
    if hooks.haveAfter { report.enter("postexec") }
    let complaint = await hooks.after(result)
    guard var outcome = try result.get() else { return nil }
    if let complaint {
      if outcome.status == .ok { outcome.status = .warning }
      outcome.log += "\n\(complaint)"
    }
    let name = driver.artifactName(for: SnapshotName.text(for: key.start, in: world.zone))
    guard outcome.status != .error else {
      report.enter("syncs")
      outcome.location = try store.keepIncomplete(name)
      return outcome
    }
    // What lies on another machine's storage has its place there, as its driver tells.
    guard section.type?.artifact != BackupType.Artifact.none else { return outcome }
    report.enter("checksums")
    try await store.recordManifest(name, links: links, written: written.all)
    report.enter("syncs")
    outcome.location = try store.promote(name, key, outcome)
    return outcome
  }

  private func copy(
    _ driver: any BackupDriver, _ key: RunKey, _ lock: FileLock, _ store: SnapshotStore,
    _ links: LinkTargets, _ written: WrittenFiles, _ attempts: Attempts
  ) async throws(BackupError) -> Outcome {
    report.enter("copies")
    let name = driver.artifactName(for: SnapshotName.text(for: key.start, in: world.zone))
    let partial = try store.preparePartial(name)
    var workspace = Workspace(
      folder: folder, partial: partial, linkTargets: links.paths, lock: lock
    ) { [report] in report.take($0) }
    (workspace.comparesContent, workspace.attempts) = (links.isDoubtful, attempts)
    workspace.written = written
    return try await driver.backUp(into: workspace, using: world)
  }

  private func succeeded(_ outcome: Outcome) -> SectionResult {
    let isWarning = outcome.status == .warning
    world.say(Note(isWarning ? .warning : .info, section.name, outcome.log))
    return SectionResult(
      section.name, isWarning ? .warning : .ok, outcome.firstLine, outcome: outcome)
  }

  private func skipped(_ reason: String, expected: Bool = false) -> SectionResult {
    world.say(Note(expected ? .info : .warning, section.name, "skipped: \(reason)"))
    var result = SectionResult(section.name, .skipped, reason)
    result.isExpected = expected
    return result
  }

  /// A run of which a part is good and was kept.
  private func failed(_ outcome: Outcome) -> SectionResult {
    world.say(Note(.error, section.name, outcome.log))
    return SectionResult(section.name, .failed, outcome.firstLine, outcome: outcome)
  }

  private func failed(_ error: BackupError) -> SectionResult {
    world.say(Note(.error, section.name, error.description))
    return .failed(section.name, error)
  }
}

extension Outcome {
  fileprivate var firstLine: String {
    log.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  }
}
