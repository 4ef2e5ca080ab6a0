import Glibc

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
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number) { Interruption.received($0) } }
    signal(SIGPIPE, SIG_IGN)
    let task = Task { await work() }
    let reader = ends[0]
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Waiter(descriptor: reader, task: { task.cancel() }))
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Waiter>.fromOpaque(argument).takeRetainedValue().wait()
        return nil
      }, box.toOpaque())
    return await task.value
  }

  // Written once before the handlers can run, and read by them alone.
  nonisolated(unsafe) private static var pipeEnd: Int32 = -1

  private static func received(_ number: Int32) {
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(pipeEnd, &byte, 1)
  }
}

/// Waits on a thread of its own for the first byte a signal handler writes.
private final class Waiter: Sendable {
  private let descriptor: Int32
  private let task: @Sendable () -> Void

  init(descriptor: Int32, task: @escaping @Sendable () -> Void) {
    (self.descriptor, self.task) = (descriptor, task)
  }

  func wait() {
    var byte: UInt8 = 0
    while true {
      let count = read(descriptor, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      guard count == 1 else { return }
      task()
    }
  }
}
