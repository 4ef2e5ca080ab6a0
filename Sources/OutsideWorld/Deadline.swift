/// When a whole run has to be over, on a clock that nobody sets.
package struct Deadline: Sendable, Equatable {
  /// Seconds that the run may take altogether.
  package let limit: Int
  private let end: ContinuousClock.Instant

  /// `seconds` from a moment on.
  package init(_ seconds: Int, from begin: ContinuousClock.Instant) {
    (limit, end) = (seconds, begin + .seconds(seconds))
  }

  /// Seconds that are left, rounded up; none when it is over.
  package func secondsLeft(at now: ContinuousClock.Instant) -> Int {
    let (seconds, attoseconds) = (end - now).components
    return max(0, Int(seconds) + (attoseconds > 0 ? 1 : 0))
  }
}
