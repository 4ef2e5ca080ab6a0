import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// A real server of a test, on a free loopback port, stopped by its pid.
package final class Server: Sendable {
  package let port: Int
  private let log: String
  private let farewell: Int32
  private let state = State()

  /// What is known of the process: its pid while it runs.
  private final class State: Sendable {
    let pid = Mutex<Int32?>(nil)
    let hasEnded = Atomic<Bool>(false)
  }

  /// Starts a server and waits until it listens on `port`; what it prints goes to the file `log`.
  ///
  /// `farewell` is the signal that ends it when nobody needs it any more: one that would write into
  /// its folder until the end leaves at once, for the folder is about to be removed.
  package init(
    _ executable: String, _ arguments: [String], port: Int, log: String, farewell: Int32 = SIGTERM
  ) async throws {
    (self.port, self.log, self.farewell) = (port, log, farewell)
    let output = try FileDescriptor.open(
      FilePath(log), .writeOnly, options: [.create, .append, .closeOnExec],
      permissions: .ownerReadWrite)
    // Foundation's own Process waits for everybody who inherited its socket, and servers live
    // long: tests that wait for it wait for each other.
    Task.detached { [state] in
      _ = try? await Subprocess.run(
        .path(FilePath(executable)), arguments: Arguments(arguments), input: .none,
        output: .fileDescriptor(output, closeAfterSpawningProcess: false),
        error: .fileDescriptor(output, closeAfterSpawningProcess: true)
      ) { execution in
        state.pid.withLock { $0 = execution.processIdentifier.value }
      }
      state.pid.withLock { $0 = nil }
      state.hasEnded.store(true, ordering: .releasing)
    }
    for _ in 0..<500 where !state.hasEnded.load(ordering: .acquiring) {
      if isListening(port) { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    stop()
    throw ServerError.notListening(story.isEmpty ? executable : story)
  }

  /// Asks the server to end.
  package func stop() { signal(SIGTERM) }

  /// Asks the server to end, and waits until it has.
  package func end() async {
    stop()
    await hasEnded()
  }

  /// Waits until the server has ended.
  package func hasEnded() async {
    for _ in 0..<500 where !state.hasEnded.load(ordering: .acquiring) {
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Sends a signal, such as that to read its files again.
  package func signal(_ number: Int32) {
    state.pid.withLock { pid in
      if let pid { kill(pid, number) }
    }
  }

  /// The process, while it runs.
  package var pid: Int32? { state.pid.withLock { $0 } }

  /// What the server wrote about itself.
  package var story: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

  deinit { signal(farewell) }
}
