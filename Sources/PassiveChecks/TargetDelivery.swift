import TISBackupCore

/// What became of all that one target was owed.
package struct TargetDelivery: Sendable, Equatable {
  /// The section of the monitoring ini.
  package var target: String
  package var delivered = 0
  /// Still owed, to be tried again.
  package var kept = 0
  /// Refused for good.
  package var dropped = 0
  /// Why, a sentence each, every one once.
  package var problems: [String] = []
  /// Why the try before this one failed; empty when it did not.
  package var earlierProblem = ""
  /// Whether the target itself could not be reached, so that the rest was not tried.
  package var isUnreachable = false

  package init(target: String) { self.target = target }

  /// Whether there is something to say that was not said the last time: an outage is told when it
  /// begins, not every ten minutes.
  package var isNews: Bool {
    dropped > 0 || problems.contains { $0 != earlierProblem }
  }

  mutating func add(_ delivery: Delivery) {
    switch delivery {
    case .delivered: delivered += 1
    case .kept(let problem):
      kept += 1
      add(problem: problem)
    case .dropped(let problem):
      dropped += 1
      add(problem: problem)
    }
  }

  mutating func add(problem: String) {
    if !problems.contains(problem) { problems.append(problem) }
  }
}
