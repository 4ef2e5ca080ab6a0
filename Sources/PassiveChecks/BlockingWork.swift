import Dispatch

/// Work that waits in the kernel, kept off the few threads that run all tasks.
enum BlockingWork {
  /// Runs `body` on a thread that may block.
  static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: body()) }
    }
  }
}
