import TISBackupCore

/// Everything a rule may look at about one section, gathered before any rule runs.
package struct SectionFacts: Sendable {
  package var name: String
  package var server: String
  /// The value of `type=`.
  package var type: String
  /// What makes the section unusable, when its ini is wrong.
  package var problem: String?
  /// Whether it is known and not backed up by design.
  package var isByDesignWithoutBackup = false
  package var limits = SectionLimits()
  /// Runs, newest start first, down to the newest good one.
  package var runs: [BackupRecord] = [] { didSet { findLastGood() } }
  /// The good backup that ended last.
  package private(set) var lastGood: BackupRecord?
  /// Rows of the catalog that could not be understood.
  package var unreadable = 0
  /// Starts of `Running` rows whose writer is gone.
  package var dead: Set<Instant> = []
  /// Good backups within retention; nil where they are not counted.
  package var copies: Int?
  /// Sizes in bytes of the good backups before the last, newest first; empty when nobody asks.
  package var earlierSizes: [Int64] = []
  /// When the oldest good backup on record ended; nil when there is none, or nobody asks.
  package var oldest: Instant?
  /// The proof that the newest backup which was put to one can be restored, or that it cannot.
  package var proof: BackupProof?
  /// Older backups that failed their proof.
  package var failedProofs = 0
  /// Where the newest good backup is.
  package var location = LocationState.notLookedFor
  /// What the newest failed run had to say.
  package var failureLog = ""
  package var now: Instant
  package var zone: LocalZone
  package var judgement: Judgement { didSet { findLastGood() } }

  package init(
    name: String, server: String = "", type: String = "", now: Instant, zone: LocalZone = .system,
    judgement: Judgement = Judgement()
  ) {
    (self.name, self.server, self.type) = (name, server, type)
    (self.now, self.zone, self.judgement) = (now, zone, judgement)
  }

  /// Every rule asks for it, so it is found once.
  ///
  /// One from the future, made while the clock was wrong, stands back behind any other: as the last
  /// good one it would hide for years that nothing succeeds any more.
  private mutating func findLastGood() {
    let good = runs.filter(isGood)
    let past = good.filter { ($0.end ?? $0.start) <= Self.horizon(at: now) }
    lastGood = (past.isEmpty ? good : past).max { $0.end ?? $0.start < $1.end ?? $1.start }
  }

  /// Seconds that clocks may differ.
  private static let clockTolerance = 300

  /// What lies after this moment is in the future, whatever may be wrong with a clock.
  static func horizon(at now: Instant) -> Instant { now.adding(seconds: clockTolerance) }

  /// Seconds since the last good backup ended.
  package var age: Int? {
    lastGood.map { now.seconds(since: $0.end ?? $0.start) }
  }

  /// The run that is at work now, if one is.
  package var running: BackupRecord? { runs.first(where: isRunning) }

  /// Finished runs that are newer than the last good one, newest first.
  package var failures: [BackupRecord] {
    let since = lastGood?.start ?? Instant(microseconds: .min)
    return runs.filter { $0.status != .ok && $0.start > since && !isRunning($0) }
  }

  /// The words for what is judged, `backup` or `export`.
  package var noun: String { judgement.type == .export ? "export" : "backup" }

  private func isGood(_ run: BackupRecord) -> Bool {
    run.isSound && run.type == judgement.type
  }

  /// Whether a run is really at work, as far as can be known.
  ///
  /// Our own rows name their writer. The old program's do not: those count by age, and one that
  /// has an end is the trace of a lock it ran into.
  private func isRunning(_ run: BackupRecord) -> Bool {
    guard run.status == .running, !dead.contains(run.start) else { return false }
    if run.writer != nil { return true }
    let hasEnded = run.end.map { $0.seconds(since: run.start) > 1 } ?? false
    return !hasEnded && now.seconds(since: run.start) < judgement.staleRunning
  }
}
