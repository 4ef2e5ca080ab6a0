import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupDrivers

/// A connection that breaks is tried again, and nothing else is.
struct AttemptsTests {
  /// What fails, and how often it was tried; a clock that the waits move.
  private final class Bench: Sendable {
    let waits = Mutex<[Int]>([])
    let tries = Mutex(0)
    let begun = ContinuousClock.now

    var world: World {
      var world = Transcript([]).world()
      world.sleep = { seconds in self.waits.withLock { $0.append(seconds) } }
      world.ticks = { self.begun + .seconds(self.waits.withLock { $0.reduce(0, +) }) }
      return world
    }

    /// Fails with these codes, one after the other, then does well.
    func run(_ attempts: Attempts, _ codes: [BackupError.Code]) async throws(BackupError) -> String
    {
      try await attempts.perform(using: world, waiting: { _, _ in }) {
        () throws(BackupError) -> String in
        let number = tries.withLock { number in
          number += 1
          return number
        }
        if number <= codes.count { throw BackupError(codes[number - 1], "failed") }
        return "done"
      }
    }
  }

  private func attempts(_ retries: Int, delay: Int = 30) -> Attempts {
    var attempts = Attempts()
    (attempts.retries, attempts.delay) = (retries, delay)
    return attempts
  }

  @Test(arguments: [
    (0, 0, []), (2, 0, []), (2, 1, [30]), (2, 2, [30, 60]), (4, 4, [30, 60, 120, 240]),
  ])
  func `each wait is twice as long as the one before`(
    _ retries: Int, _ failures: Int, _ waits: [Int]
  ) async throws {
    let bench = Bench()
    let codes = Array(repeating: BackupError.Code.transport, count: failures)
    #expect(try await bench.run(attempts(retries), codes) == "done")
    #expect(bench.waits.withLock { $0 } == waits)
  }

  @Test func `a wait is never longer than an hour`() async throws {
    let bench = Bench()
    let codes = Array(repeating: BackupError.Code.transport, count: 100)
    #expect(try await bench.run(attempts(100, delay: 1000), codes) == "done")
    #expect(bench.waits.withLock { $0.max() } == 3600)
  }

  @Test(arguments: [(0, "failed"), (1, "failed (2 attempts)"), (3, "failed (4 attempts)")])
  func `what fails to the last is told with its number of attempts`(
    _ retries: Int, _ message: String
  ) async {
    let bench = Bench()
    let codes = Array(repeating: BackupError.Code.transport, count: 9)
    let error = await #expect(throws: BackupError.self) {
      try await bench.run(attempts(retries), codes)
    }
    #expect(error?.message.text == message && error?.code == .transport)
    #expect(bench.tries.withLock { $0 } == retries + 1)
  }

  @Test(arguments: [
    BackupError.Code.driver, .refused, .storage, .overtime, .interrupted, .unproven, .configuration,
  ])
  func `an error of another kind is final, also after a retry`(_ code: BackupError.Code) async {
    for codes in [[code], [.transport, code]] {
      let bench = Bench()
      let error = await #expect(throws: BackupError.self) {
        try await bench.run(attempts(5), codes)
      }
      #expect(error?.code == code && error?.message.text == "failed")
      #expect(bench.tries.withLock { $0 } == codes.count)
    }
  }

  @Test(arguments: [(29, 1), (30, 1), (31, 2), (90, 2), (91, 3), (500, 3)])
  func `what would begin after the end of the whole run is not tried`(
    _ limit: Int, _ tries: Int
  ) async {
    let bench = Bench()
    var attempts = attempts(2)
    attempts.deadline = Deadline(limit, from: bench.begun)
    let error = await #expect(throws: BackupError.self) {
      try await bench.run(attempts, [.transport, .transport, .transport])
    }
    #expect(bench.tries.withLock { $0 } == tries)
    let isLate = error?.message.text.contains("; not tried again, for its timeout of ") == true
    #expect(isLate == (tries < 3))
  }

  @Test func `a run that is stopped while it waits has not failed for want of a connection`()
    async
  {
    let bench = Bench()
    let stopped = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await #expect(throws: BackupError.self) {
        try await bench.run(attempts(5), [.transport, .transport])
      }
    }
    let error = await stopped.value
    #expect(error?.code == .interrupted)
    #expect(error?.message.text == "stopped while it waited to try again; before that: failed")
    #expect(bench.tries.withLock { $0 } == 1)
  }

  @Test(arguments: [
    ("", 2, 30), ("retries = 0", 0, 30), ("retries = 7\nretry_delay = 2m", 7, 120),
    ("retry_delay = 5", 2, 5),
  ])
  func `are what the ini says`(_ lines: String, _ retries: Int, _ delay: Int) throws {
    let attempts = try Attempts(.rsync(lines), deadline: nil)
    #expect((attempts.retries, attempts.delay) == (retries, delay))
  }

  @Test func `a copy that breaks is taken up by the next attempt, and the story tells it`()
    async throws
  {
    let driver = try RsyncSSH(.rsyncSSH())
    let line = driver.preview(into: .first)[0].redacted
    let broken = Finished(12, errors: "rsync: connection unexpectedly closed (0 bytes)\n")
    let transcript = Transcript([(line, broken), (line, Finished(0, statistics))])
    var workspace = Workspace.first
    workspace.attempts = attempts(1, delay: 90)
    let outcome = try await driver.backUp(into: workspace, using: transcript.world())
    #expect(outcome.status == .ok)
    transcript.expectFinished()
    let told = transcript.notes.filter { $0.level == .warning }.map(\.text)
    #expect(told.count == 1 && told[0].hasSuffix(": tries again in 1m 30s"), "\(told)")
    #expect(told[0].contains("rsync exit 12, the connection broke"))
  }
}
