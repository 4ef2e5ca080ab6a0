import Glibc
import OutsideWorld
import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into the cancellation of the work, so that programs are ended,
/// rows are written and locks released before the tool stops.
package enum Interruption {
  /// Runs some work, which a signal cancels.
  ///
  /// To be called once in the life of a process.
  package static func guarding<Result: Sendable>(
    _ work: @escaping @Sendable () async -> Result
  ) async -> Result {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return await work() }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    pipeEnd = ends[1]
    // A handler may do next to nothing: it wakes a thread that may do anything.
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number) { Interruption.handle($0) } }
    signal(SIGPIPE, SIG_IGN)
    let task = Task { await work() }
    let reader = ends[0]
    // Without a thread a signal is not heard, and the work goes on all the same.
    _ = OwnThread.starts {
      while let number = nextSignal(from: reader) {
        // Known before the work is cancelled, which tells it.
        _ = received.compareExchange(
          expected: 0, desired: number, ordering: .acquiringAndReleasing)
        task.cancel()
      }
    }
    return await task.value
  }

  /// The signal that asked this process to stop, `SIGTERM`; nil when none did.
  package static var signalName: String? {
    switch received.load(ordering: .acquiring) {
    case SIGINT: "SIGINT"
    case SIGTERM: "SIGTERM"
    case SIGHUP: "SIGHUP"
    default: nil
    }
  }

  /// The number of the first signal; zero before it came.
  private static let received = Atomic<Int32>(0)

  // Written once before the handlers can run, and read by them alone.
  nonisolated(unsafe) private static var pipeEnd: Int32 = -1

  /// What the handler wrote, when there is something.
  private static func nextSignal(from descriptor: Int32) -> Int32? {
    var byte: UInt8 = 0
    while true {
      let count = read(descriptor, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      return count == 1 ? Int32(byte) : nil
    }
  }

  private static func handle(_ number: Int32) {
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(pipeEnd, &byte, 1)
  }
}
