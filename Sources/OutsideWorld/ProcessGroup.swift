import Glibc
import Synchronization

/// The process group of a program that was started: the program and all that it started.
final class ProcessGroup: Sendable {
  private let state = Mutex<pid_t?>(nil)

  /// The first process, whose number is that of the group; nil until it runs.
  var leader: pid_t? {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }

  /// Waits until the last process of the group is gone, and kills what is left after five seconds.
  ///
  /// rsync's receiver outlives the process that was asked to end by some moments; as long, it still
  /// writes, and holds the lock of its section.
  func end() async {
    guard let leader else { return }
    // Shielded: this is done because the task is cancelled, and must not be cut short by that.
    await Task.detached {
      for _ in 0..<100 {
        guard kill(-leader, 0) == 0 else { return }
        try? await Task.sleep(for: .milliseconds(50))
      }
      kill(-leader, SIGKILL)
    }.value
  }
}
