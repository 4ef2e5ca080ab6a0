import Glibc
import OutsideWorld
import Synchronization
import Testing

@Suite("a thread for the tasks of one job", .timeLimit(.minutes(1)))
struct ThreadExecutorTests {
  /// The threads that came by.
  private final class Seen: Sendable {
    private let all = Mutex<Set<pthread_t>>([])
    var threads: Int { all.withLock { $0.count } }
    func note() { all.withLock { _ = $0.insert(pthread_self()) } }
  }

  @Test func `runs all of them, and their children, on that thread`() async throws {
    let thread = try #require(ThreadExecutor())
    let seen = Seen()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<10 {
        group.addTask(executorPreference: thread) {
          seen.note()
          async let child: Void = seen.note()
          await Task.yield()
          await child
          seen.note()
        }
      }
    }
    thread.close()
    #expect(seen.threads == 1)
  }

  @Test func `one that waits in the kernel holds up nobody else's`() async throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    let (reader, writer) = (ends[0], ends[1])
    // More than there are threads for all tasks, and each waits for the last.
    let threads = try (0..<16).map { _ in try #require(ThreadExecutor()) }
    await withTaskGroup(of: Void.self) { group in
      for thread in threads.dropLast() {
        group.addTask(executorPreference: thread) {
          var byte: UInt8 = 0
          #expect(read(reader, &byte, 1) == 1)
        }
      }
      group.addTask(executorPreference: threads[15]) {
        let bytes = [UInt8](repeating: 1, count: 15)
        #expect(write(writer, bytes, 15) == 15)
      }
    }
    for thread in threads { thread.close() }
    for end in ends { close(end) }
  }
}
