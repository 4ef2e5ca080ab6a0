import Glibc

/// A point in time, in microseconds since 1970-01-01T00:00:00Z: what the catalog can hold.
package struct Instant: Sendable, Hashable, Comparable {
  package var microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  package init(seconds: Int, microseconds: Int = 0) {
    self.microseconds = Int64(seconds) * 1_000_000 + Int64(microseconds)
  }

  /// Whole seconds since the epoch, rounded down.
  package var seconds: Int {
    Int(microseconds / 1_000_000) - (microseconds % 1_000_000 < 0 ? 1 : 0)
  }

  package var microsecondOfSecond: Int {
    let rest = Int(microseconds % 1_000_000)
    return rest < 0 ? rest + 1_000_000 : rest
  }

  /// What the system clock says now.
  package static func current() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(seconds: time.tv_sec, microseconds: time.tv_nsec / 1000)
  }

  /// Seconds from an older instant to this one, rounded down; negative when it is the newer one.
  package func seconds(since older: Instant) -> Int { seconds - older.seconds }

  package func adding(seconds: Int) -> Instant {
    Instant(microseconds: microseconds + Int64(seconds) * 1_000_000)
  }

  package static func < (one: Instant, other: Instant) -> Bool {
    one.microseconds < other.microseconds
  }
}
