import Foundation
import Glibc

/// A named pipe that a whole family of processes holds, so that a test knows when one of them
/// speaks and when the last of them is gone, without asking again and again.
package final class Lifeline: Sendable {
  package let path: String
  private let reader: Int32

  package init(in folder: String) throws {
    path = folder + "/lifeline"
    guard mkfifo(path, 0o600) == 0 else { throw ServerError.notListening("mkfifo \(path)") }
    reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
  }

  deinit { close(reader) }

  /// Waits until somebody has written to the pipe; false when nobody does in `seconds`.
  package func hears(within seconds: Int32 = 30) async -> Bool {
    await waits(for: POLLIN, seconds)
  }

  /// Waits until nobody holds the pipe who once did; false when somebody still does.
  package func isLetGo(within seconds: Int32 = 30) async -> Bool {
    await waits(for: POLLHUP, seconds)
  }

  /// On a thread of its own, for the few that run all tests must not be kept waiting.
  private func waits(for event: Int32, _ seconds: Int32) async -> Bool {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: self.poll(event, seconds)) }
    }
  }

  private func poll(_ event: Int32, _ seconds: Int32) -> Bool {
    // POLLHUP is always told; what was written must not wake us while we wait for it.
    var wanted = pollfd(
      fd: reader, events: event == POLLIN ? Int16(POLLIN) : 0, revents: 0)
    return Glibc.poll(&wanted, 1, seconds * 1000) == 1 && Int32(wanted.revents) & event != 0
  }
}
