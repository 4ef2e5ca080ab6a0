import BackupChecks
import Monitoring
import OutsideWorld
import TISBackupCore

/// Takes the backups of some sections, several at once; one that fails never stops the others.
package struct RunJob: Sendable {
  package var configuration: Configuration
  package var sections: [Section]
  package var world: World
  /// How many sections are at work at once; nil for what `parallel_jobs` says.
  package var jobs: Int?
  /// Whether somebody watches a terminal.
  package var showsProgress = false
  /// What is free on the file system of a folder.
  package var readSpace: @Sendable (String) -> DiskSurvey.SpaceReading = DiskSurvey.space

  package init(_ configuration: Configuration, _ sections: [Section], world: World) {
    (self.configuration, self.sections, self.world) = (configuration, sections, world)
  }

  /// Runs all sections and gives the results in their order.
  ///
  /// `done` hears of each as it ends.
  /// Throws when no backup can be taken at all: no base folder, no catalog.
  package func perform(done: (SectionResult) -> Void = { _ in }) async throws(BackupError)
    -> [SectionResult]
  {
    try Self.prepare(configuration, world)
    let lock = try configuration.repository(in: world).share()
    defer { withExtendedLifetime(lock) {} }
    var schedule = try schedule()
    var results: [Int: SectionResult] = [:]
    await withTaskGroup(of: (Int, SectionResult, ThreadExecutor?).self) { group in
      var idle: [ThreadExecutor] = []
      while true {
        while !Task.isCancelled, let index = schedule.next() {
          let thread = idle.popLast() ?? ThreadExecutor()
          group.addTask(executorPreference: thread) {
            (index, await SectionRun(self, sections[index]).timed(), thread)
          }
        }
        guard let (index, result, thread) = await group.next() else { break }
        schedule.end(index)
        results[index] = result
        if let thread { idle.append(thread) }
        done(result)
      }
      for thread in idle { thread.close() }
    }
    return sections.indices.map { index in
      results[index] ?? .interrupted(sections[index].name, by: world.interruption())
    }
  }

  /// The order of the sections, by what the catalog remembers of how long they took.
  private func schedule() throws(BackupError) -> Schedule {
    let catalog = try configuration.catalog(.read, zone: world.zone)
    let took = try catalog.usualDurations(of: sections.map(\.name))
    let entries = sections.indices.map { index in
      let section = sections[index]
      return Schedule.Entry(
        index: index, server: section.server.lowercased(), seconds: took[section.name])
    }
    return Schedule(
      entries, jobs: jobs ?? limit(.parallelJobs), perServer: limit(.parallelPerServer))
  }

  private func limit(_ key: Key) -> Int { configuration.global(key).flatMap { Int($0) } ?? 1 }

  /// Makes sure of the base folder, the folder of the log, and a catalog that can be written.
  ///
  /// `mounts` and `fstab` tell of a disk that is not mounted yet when the first run comes.
  package static func prepare(
    _ configuration: Configuration, _ world: World, mounts: MountTable = .current(),
    fstab: String = systemFstab
  ) throws(BackupError) {
    let layout = configuration.layout
    let repository = configuration.repository(in: world)
    if !repository.isMarked, let point = mounts.missing(on: layout.base, fstab: fstab) {
      throw BackupError(.storage, .notMounted(layout.base, point), hint: .mount(point, layout.base))
    }
    if let problem = try repository.mark() {
      world.say(Note(.info, nil, "the base folder is not remembered: \(problem.oneLine)"))
    }
    try DiskLayout.makeFolder(layout.logFolder)
    _ = try configuration.catalog(.write, zone: world.zone)
  }

  /// What `/etc/fstab` says; nothing where there is none.
  package static var systemFstab: String {
    (try? SmallFile.text(at: "/etc/fstab", limit: 1 << 20)) ?? ""
  }

  /// The sections without a good backup within their own limit, for `--retry-failed`.
  package func withoutRecentBackup() throws(BackupError) -> [Section] {
    let catalog = try configuration.catalog(.read, zone: world.zone)
    let gatherer = FactGatherer(
      configuration: configuration, catalog: catalog, settings: CheckSettings(), now: world.now(),
      isAlive: world.isAlive)
    let facts = try gatherer.catalogFacts(about: sections)
    return zip(sections, facts).filter { _, facts in
      guard !facts.isByDesignWithoutBackup else { return false }
      let limit = facts.limits.age.critical ?? Threshold(atMost: 30 * 3600)
      return facts.age.map { limit.isViolated(by: Double($0)) } ?? true
    }.map(\.0)
  }
}

extension BackupError.Message {
  fileprivate static func notMounted(_ base: String, _ point: String) -> Self {
    "the base folder '\(base)' lies on '\(point)', which is in /etc/fstab and not mounted"
  }
  fileprivate static func mount(_ point: String, _ base: String) -> Self {
    "Mount it: mount '\(point)'. Only where backups are meant to lie on the disk below it: touch '\(base)/\(Repository.markerName)'"
  }
}
