/// What cleanup means to do with every backup of one section, and why.
package struct RetentionPlan: Sendable, Equatable {
  package enum Decision: Sendable, Equatable {
    /// All reasons there are; one is enough.
    case keep([Keep])
    case remove(Remove)
  }

  /// Why a backup stays.
  package enum Keep: Sendable, Hashable {
    case young
    /// Left by a failed run this many days ago at most.
    case youngLeftover(days: Int)
    case lastGood
    /// One of the so many newest good ones, for `minimum_good`.
    case minimum(Int)
    /// One of the so many newest good ones, for `keep_last`.
    case last(Int)
    /// The newest good one of the period of that name.
    case newest(of: RetentionPeriod, String)
    case pinned
    case lastPartial
    case running
    case inUse
    case incomplete
    /// Left by a failed run.
    case onlyLeftover
    case noFreshGood
    case onlyGone

    /// The reason in words.
    package var text: String {
      switch self {
      case .young: "within retention"
      case .youngLeftover(let days):
        "left by a failed run, within \(days) \(days == 1 ? "day" : "days")"
      case .lastGood: "last good backup"
      case .minimum(let count): "one of the \(count) newest good ones (minimum_good)"
      case .last(let count): "one of the last \(count) (keep_last)"
      case .newest(let period, let name): "newest of \(name) (\(period.key.name))"
      case .pinned: "pinned"
      case .lastPartial: "newest backup of all, although partial"
      case .running: "being written"
      case .inUse: "being verified or exported"
      case .incomplete: "incomplete, and no good backup is newer"
      case .onlyLeftover: "left by a failed run, and no good backup is newer"
      case .noFreshGood: "no good backup within retention"
      case .onlyGone:
        "not on disk, and no good backup within retention proves the disk is there"
      }
    }
  }

  /// Why a backup goes.
  package enum Remove: Sendable, Hashable {
    case old
    /// Old, and the newest of none of the periods of which some are kept.
    case unwanted([RetentionPeriod])
    case failed
    case gone
    case superseded

    /// The reason in words.
    package var text: String {
      switch self {
      case .old: "older than retention"
      case .unwanted(let periods):
        "older than retention, and the newest of no kept "
          + periods.map(\.rawValue).joined(separator: " or ")
      case .failed: "left by a failed run, and a newer good backup exists"
      case .gone: "no longer on disk"
      case .superseded: "incomplete, and a newer good backup exists"
      }
    }
  }

  package struct Entry: Sendable, Equatable {
    package var backup: StoredBackup
    package var decision: Decision

    package init(_ backup: StoredBackup, _ decision: Decision) {
      (self.backup, self.decision) = (backup, decision)
    }

    /// The reasons in words.
    package var reason: String {
      switch decision {
      case .keep(let reasons): reasons.map(\.text).joined(separator: "; ")
      case .remove(let reason): reason.text
      }
    }

    package var isRemoval: Bool { if case .remove = decision { true } else { false } }
  }

  /// Newest first.
  package var entries: [Entry]
  /// Whether anything at all may be removed: a good backup lies within the window, or it is forced.
  package var mayRemove: Bool

  package init(entries: [Entry] = [], mayRemove: Bool = false) {
    (self.entries, self.mayRemove) = (entries, mayRemove)
  }

  /// What goes, oldest first: an interrupted cleanup leaves the newest.
  package var removals: [Entry] { entries.reversed().filter(\.isRemoval) }

  /// How many backups stay for the only reason that no good one lies within retention.
  package var heldBack: Int {
    entries.count { $0.backup.exists && $0.decision == .keep([.noFreshGood]) }
  }
}
