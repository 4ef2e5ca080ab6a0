import OutsideWorld
import Synchronization
import TISBackupCore

/// A server that runs beside what works with it, and ends with that.
final class ServerProcess: Sendable {
  /// Seconds in which a server has to answer.
  private static let startLimit = 60

  private let invocation: Invocation
  private let world: World
  /// How it ended; nil while it runs.
  private let outcome = Mutex<Result<Finished, BackupError>?>(nil)

  init(_ invocation: Invocation, using world: World) {
    (self.invocation, self.world) = (invocation, world)
  }

  /// Starts the server, runs `body` once `isReady` says that it answers, and ends it whatever
  /// happens; its data are thrown away, so nobody waits for it to tidy up.
  func run<Value: Sendable>(
    whenReady isReady: () async throws(BackupError) -> Bool,
    _ body: () async throws(BackupError) -> Value
  ) async throws(BackupError) -> Value {
    // Cancelled, and waited for, at the end of this function.
    async let _ = serve()
    do throws(BackupError) {
      try await wait(until: isReady)
      return try await body()
    } catch {
      // A server that died is the reason for whatever its client said.
      if error.code != .interrupted, let dead = died() { throw dead }
      throw error
    }
  }

  private func serve() async {
    let result: Result<Finished, BackupError>
    do throws(BackupError) { result = .success(try await world.run(invocation, nil)) } catch {
      result = .failure(error)
    }
    outcome.withLock { $0 = result }
  }

  private func wait(until isReady: () async throws(BackupError) -> Bool) async throws(BackupError) {
    let end = ContinuousClock.now + .seconds(Self.startLimit)
    while try await !isReady() {
      if let dead = died() { throw dead }
      guard ContinuousClock.now < end else {
        throw BackupError(.storage, .silent(invocation, Self.startLimit))
      }
      // Cancelled, the next question to the server says so.
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  private func died() -> BackupError? {
    switch outcome.withLock({ $0 }) {
    case nil: nil
    case .failure(let error): error
    case .success(let finished): BackupError(.storage, .ended(finished), hint: .lookAtMachine)
    }
  }
}

extension BackupError.Message {
  fileprivate static func silent(_ invocation: Invocation, _ seconds: Int) -> Self {
    "the database server of the restore test did not answer in \(seconds) s"
  }
  fileprivate static func ended(_ finished: Finished) -> Self {
    let lines = finished.errors.split(whereSeparator: \.isNewline)
    let told = lines.filter { line in
      ["ERROR]", "FATAL:", "PANIC:"].contains { line.contains($0) }
    }
    let reason = told.isEmpty ? finished.reason : told.suffix(3).joined(separator: " / ")
    return "the database server of the restore test ended by itself (\(finished.end)): \(reason)"
  }
  fileprivate static let lookAtMachine: Self =
    "Look for free memory and free space on this machine ('dmesg' tells of killed programs)."
}
