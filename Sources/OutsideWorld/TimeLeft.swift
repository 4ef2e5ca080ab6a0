import Glibc
import Synchronization

/// How long work that waits in the kernel may go on: to a moment, or until it is cancelled.
package struct TimeLeft: Sendable {
  /// The kernel is asked again that often, in milliseconds, so that a cancellation is seen.
  private static let slice: Int32 = 100

  package let end: ContinuousClock.Instant
  private let cancellation: Cancellation

  private final class Cancellation: Sendable {
    let isOn = Atomic<Bool>(false)
  }

  package init(until end: ContinuousClock.Instant) {
    (self.end, cancellation) = (end, Cancellation())
  }

  private init(until end: ContinuousClock.Instant, _ cancellation: Cancellation) {
    (self.end, self.cancellation) = (end, cancellation)
  }

  /// The same work's time, over sooner where `moment` comes first.
  package func until(_ moment: ContinuousClock.Instant) -> TimeLeft {
    TimeLeft(until: min(end, moment), cancellation)
  }

  /// The same work's time, over in that many milliseconds if not sooner.
  package func atMost(milliseconds: Int) -> TimeLeft {
    until(.now + .milliseconds(milliseconds))
  }

  package func cancel() { cancellation.isOn.store(true, ordering: .releasing) }

  package var isCancelled: Bool { cancellation.isOn.load(ordering: .acquiring) }
  package var isOver: Bool { isCancelled || ContinuousClock.now >= end }

  /// Waits until a descriptor has one of `events` or an error to tell; 0 when the time is over.
  ///
  /// Asks at least once.
  package func wait(for events: Int32, on descriptor: Int32) -> Int32 {
    var asked = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    while true {
      let count = poll(&asked, 1, nextSlice)
      if count > 0 { return Int32(asked.revents) }
      if count < 0 && errno != EINTR || isOver { return 0 }
    }
  }

  private var nextSlice: Int32 {
    guard !isOver else { return 0 }
    let (seconds, attoseconds) = (end - .now).components
    guard seconds < 1 else { return Self.slice }
    // Rounded up: a wait that ends early would ask again at full speed.
    return min(Self.slice, Int32(max(0, attoseconds) / 1_000_000_000_000_000) + 1)
  }
}
