import Glibc
import Synchronization

/// A thread for work that waits in the kernel: the few threads that run all tasks stay free.
package enum OwnThread {
  /// Runs `work`, which has to look at the time it is given, and ends soon after it is over or the
  /// task is cancelled.
  package static func run<Result: Sendable>(
    until end: ContinuousClock.Instant, _ work: @escaping @Sendable (TimeLeft) -> Result
  ) async -> Result {
    let time = TimeLeft(until: end)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        start { continuation.resume(returning: work(time)) }
      }
    } onCancel: {
      time.cancel()
    }
  }

  /// Runs `work`, which ends by itself: it waits for a disk, or for threads of ours.
  package static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async
    -> Result
  {
    await withCheckedContinuation { continuation in
      start { continuation.resume(returning: work()) }
    }
  }

  /// Runs `work` on a thread that nobody waits for; on this one where the kernel has none left.
  package static func start(_ work: @escaping @Sendable () -> Void) {
    if !starts(work) { work() }
  }

  /// Runs `work`, which may go on for ever, on a thread that nobody waits for; false where the kernel
  /// has none left.
  package static func starts(_ work: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(work))
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work()
        return nil
      }, box.toOpaque())
    if status != 0 { box.release() }
    return status == 0
  }

  private final class Box: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
  }
}
