import Monitoring
import TISBackupCore

/// What is true of one section, kept by hand: no code of the product takes part.
struct DayModel {
  /// How one run ended.
  enum End: Equatable {
    case ok, partial, failed
    /// Killed before its backup was complete.
    case killed
    /// Killed when its backup was complete and its row was not told yet, which only the next run of
    /// the section can know.
    case killedAfter(end: Int)
  }

  struct Run: Equatable {
    /// Seconds on the clock.
    var start: Int
    var end: Int
    var how: End
  }

  /// `maximum_backup_age` and `warning_backup_age`, in seconds.
  static let (limit, warning) = (4 * 3600, 3 * 3600)

  /// Oldest first.
  private(set) var runs: [Run] = []

  /// A run begins, which finds out what became of those before it.
  mutating func settle() {
    for index in runs.indices {
      switch runs[index].how {
      case .killedAfter(let end): (runs[index].end, runs[index].how) = (end, .ok)
      case .killed: runs[index].how = .failed
      case .ok, .partial, .failed: break
      }
    }
  }

  mutating func add(_ run: Run) { runs.append(run) }

  var lastGood: Run? { runs.last { $0.how == .ok } }

  /// Runs without success since then, newest last.
  var failures: [Run] { Array(runs.drop { $0.start <= lastGood?.start ?? .min }) }

  func age(at now: Int) -> Int? { lastGood.map { now - $0.end } }

  /// What `--retry-failed` has to choose.
  func isOverdue(at now: Int) -> Bool { age(at: now).map { $0 > Self.limit } ?? true }

  /// What the check has to say.
  func state(at now: Int) -> CheckState {
    guard !runs.isEmpty else { return .critical }
    let isPartialRecently = failures.contains { $0.how == .partial && now - $0.end <= Self.limit }
    var state = CheckState.ok
    if isOverdue(at: now) {
      state = isPartialRecently ? .warning : .critical
    } else if age(at: now).map({ $0 > Self.warning }) == true {
      state = .warning
    }
    return failures.last?.how == .partial ? .worst([state, .warning]) : state
  }
}
