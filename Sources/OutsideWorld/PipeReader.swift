import Glibc
import Synchronization

/// The end of a pipe from which a sink takes what a program says.
///
/// It counts what comes, so that somebody else can tell a program that is slow from one that hangs.
package final class PipeReader: Sendable {
  private let descriptor: Int32
  private let total = Atomic<Int64>(0)
  private let waits = Atomic<Bool>(false)

  /// The descriptor stays its owner's to close.
  package init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Bytes that came so far.
  package var count: Int64 { total.load(ordering: .relaxed) }

  /// Whether the sink waits for the program now; else it is busy with what came.
  package var isWaiting: Bool { waits.load(ordering: .relaxed) }

  /// Reads at most as much as the buffer holds; 0 at the end of the pipe, -1 with `errno` when it
  /// cannot be read.
  package func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    waits.store(true, ordering: .relaxed)
    defer { waits.store(false, ordering: .relaxed) }
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count > 0 { total.wrappingAdd(Int64(count), ordering: .relaxed) }
      return count
    }
  }
}
