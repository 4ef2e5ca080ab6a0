import Glibc
import OutsideWorld
import TISBackupCore

/// Work that reads many files: how many threads do it, and where it waits.
package enum ReadingThreads {
  /// As many as there are cores.
  package static let all = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  /// Runs `work` on a thread of its own until it is done, or has seen that its task is cancelled.
  static func run<Value: Sendable>(
    _ work: @escaping @Sendable (TimeLeft) throws(BackupError) -> Value
  ) async throws(BackupError) -> Value {
    // Terabytes may take days; who wants it to end sooner cancels the task.
    let never = ContinuousClock.now + .seconds(1 << 32)
    let result = await OwnThread.run(until: never) { time -> Result<Value, BackupError> in
      do throws(BackupError) {
        return .success(try work(time))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
