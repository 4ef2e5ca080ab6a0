import OutsideWorld
import TISBackupCore

/// How often what broke for want of a connection is tried again: the keys `retries` and
/// `retry_delay`.
package struct Attempts: Sendable, Equatable {
  /// What is tried after the first attempt.
  package var retries = 0
  /// Seconds before the first of them; each further one waits twice as long as the one before.
  package var delay = 30
  /// When the whole run has to be over: what would begin later is not tried.
  package var deadline: Deadline?

  package init() {}

  /// What a section says; the whole of its run has to end at `deadline`.
  package init(_ section: Section, deadline: Deadline?) throws(BackupError) {
    retries = try section.number(.retries) ?? 2
    delay = try section.seconds(.retryDelay) ?? 30
    self.deadline = deadline
  }

  /// The longest wait, in seconds: doubled often enough, a delay would outlive everybody.
  private static let longestDelay = 3600

  /// Does `work`, again after a wait while the connection fails (`.transport`); any other error is
  /// final.
  ///
  /// `said` hears before each wait why, and for how many seconds.
  package func perform<Result>(
    using world: World, waiting said: (BackupError, Int) -> Void,
    _ work: () async throws(BackupError) -> Result
  ) async throws(BackupError) -> Result {
    var (left, delay) = (retries, delay)
    while true {
      do throws(BackupError) {
        return try await work()
      } catch {
        guard error.code == .transport, left > 0 else { throw counted(error, left) }
        if let deadline, deadline.secondsLeft(at: world.ticks()) <= delay {
          throw tooLate(counted(error, left), deadline)
        }
        said(error, delay)
        await world.sleep(delay)
        guard !Task.isCancelled else {
          throw BackupError(.interrupted, .stoppedWaiting(error))
        }
        (left, delay) = (left - 1, min(delay * 2, Self.longestDelay))
      }
    }
  }

  /// Says that another attempt would have been due, and what stood against it.
  private func tooLate(_ error: BackupError, _ deadline: Deadline) -> BackupError {
    var error = error
    let limit = TimeSpan(seconds: deadline.limit)
    error.message.text += "; not tried again, for its timeout of \(limit) would be over"
    return error
  }

  private func counted(_ error: BackupError, _ left: Int) -> BackupError {
    guard error.code == .transport, left < retries else { return error }
    var error = error
    error.message.text += " (\(retries - left + 1) attempts)"
    return error
  }
}

extension BackupError.Message {
  fileprivate static func stoppedWaiting(_ error: BackupError) -> Self {
    "stopped while it waited to try again; before that: \(error.message.text.trimmingPrefix(#/section \[[^\]]*\]: /#))"
  }
}
