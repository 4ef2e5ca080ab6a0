import OutsideWorld
import TISBackupCore

/// Delivers what the outbox holds: judges at that moment, sends, and notes what arrived.
///
/// All targets at once, each under a lock of its own, so that two tools never announce the same
/// news twice. Safe to stop at any instant: a row leaves the outbox after the server took its
/// state, so what is stopped in between is announced once more, in its state of then.
package struct OutboxDelivery: Sendable {
  private let judgement: PassiveJudgement
  private var configuration: Configuration { judgement.configuration }
  private var settings: MonitoringSettings { judgement.settings }
  private var world: World { judgement.world }
  /// Seconds each target has altogether; nil for as long as announcements arrive.
  package var limit: Int?
  /// Targets that are left alone; what they are owed stays.
  package var omitted: Set<String> = []
  /// How the way to a target is made.
  package var make: @Sendable (Section) throws(BackupError) -> any PassiveSubmitter

  /// So many are judged and sent together: enough for a connection, and for the wait whether a
  /// daemon hangs up on it, to be worth their while; few enough that memory stays flat and no state
  /// gets old on its way.
  private static let batch = 1000
  /// Results for which a server has the time of the monitoring ini, where no run waits for it.
  private static let perTimeout = 100

  package init(
    _ judgement: PassiveJudgement,
    make: @escaping @Sendable (Section) throws(BackupError) -> any PassiveSubmitter =
      PassiveSubmitters.make
  ) {
    (self.judgement, self.make) = (judgement, make)
  }

  /// Delivers to all targets; gives what became of it, for those that were owed something.
  package func perform() async throws(BackupError) -> [TargetDelivery] {
    let catalog = try configuration.catalog(.write, zone: world.zone)
    let targets = settings.targets.map(\.name)
    for gone in try catalog.setTargets(targets, newAt: world.now()) {
      world.say(
        Note(
          .warning, nil,
          "target [\(gone.name)] is gone from \(settings.path): it is owed nothing any more,"
            + " \(gone.owed) announcements before"))
    }
    try catalog.oweDeadRuns(at: world.now(), isAlive: world.isAlive)
    let wanted = settings.targets.filter { !omitted.contains($0.name) }
    let found = await withTaskGroup(of: TargetDelivery.self) { group in
      for target in wanted { group.addTask { await deliver(to: target) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    return found.filter { $0.delivered + $0.kept + $0.dropped > 0 || !$0.problems.isEmpty }.sorted {
      targets.firstIndex(of: $0.target) ?? 0 < targets.firstIndex(of: $1.target) ?? 0
    }
  }

  private func deliver(to target: Section) async -> TargetDelivery {
    var result = TargetDelivery(target: target.name)
    do throws(BackupError) {
      try await deliver(to: target, &result)
    } catch {
      result.add(problem: error.oneLine)
      result.isUnreachable = true
    }
    return result
  }

  private func deliver(to target: Section, _ result: inout TargetDelivery) async throws(BackupError)
  {
    let catalog = try configuration.catalog(.write, zone: world.zone)
    guard try !catalog.owed(to: target.name).isEmpty else { return }
    result.earlierProblem =
      try catalog.outboxTargets().first { $0.name == target.name }?.problem ?? ""
    let end = limit.map { ContinuousClock.now + .seconds($0) }
    guard let lock = try await lock(of: target, until: end) else {
      result.add(problem: "[\(target.name)]: another tool is announcing to it")
      return
    }
    defer { withExtendedLifetime(lock) {} }
    var round = DeliveryRound(target: target, catalog: catalog, judgement: judgement)
    if let problem = settings.errors(of: target).first {
      return try round.keepAll(problem.description, &result)
    }
    let submitter: any PassiveSubmitter
    do throws(BackupError) {
      submitter = try make(target)
    } catch {
      return try round.keepAll(error.oneLine, &result)
    }
    while !result.isUnreachable, !Task.isCancelled {
      let batch = Array(try round.untried().prefix(Self.batch))
      guard !batch.isEmpty, let patience = patience(for: batch.count, until: end) else { break }
      try await round.deliver(batch, by: submitter, patience, &result)
    }
    result.kept = try catalog.owed(to: target.name).count
  }

  /// What one call with so many results may take; nil when the time is over.
  private func patience(for count: Int, until end: ContinuousClock.Instant?) -> Patience? {
    guard let end else {
      return Patience(seconds: settings.timeout * (1 + count / Self.perTimeout))
    }
    let left = end - .now
    guard left > .zero else { return nil }
    return Patience(seconds: min(Int(left.components.seconds) + 1, settings.timeout))
  }

  /// Waits for another tool that announces to the same target: what it does not see, we must.
  private func lock(of target: Section, until end: ContinuousClock.Instant?)
    async
    throws(BackupError) -> FileLock?
  {
    let path = configuration.layout.outboxLock(of: target.name)
    let end = end ?? .now + .seconds(settings.timeout)
    while true {
      if let lock = try FileLock(path: path) { return lock }
      guard ContinuousClock.now < end, (try? await Task.sleep(for: .milliseconds(100))) != nil
      else { return nil }
    }
  }
}
