import Foundation
import Glibc
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// How programs are ended, with all they started.
@Suite(.scratch, .timeLimit(.minutes(2)))
struct LiveProcessEndTests {
  /// Children of a script, each a family that holds the lifeline as its descriptor 3.
  private static let families = [
    "sleep 1000",
    "sleep 1000 & sleep 1000 & wait",
    "(sleep 1000; true) & wait",
    "sh -c 'sleep 1000; true'; true",
    // A grandchild that does not listen, below a parent that ends at once.
    "(trap '' TERM; sleep 1000; true) & wait",
    // One that does not listen at all.
    "trap '' TERM; sleep 1000; sleep 1000; true",
  ]

  @Test(arguments: families)
  func `a limit ends the program and all that it started`(_ script: String) async throws {
    let line = try Lifeline(in: ScratchDirectory.path)
    // A machine under load may not get to the first line of a script within a second, and what was
    // never held is never let go.
    for limit in [1, 10, 30] {
      let finished = try await live(
        "sh", "-c", "exec 3>\"$1\"; echo begun; \(script)", "sh", line.path
      ) {
        $0.timeLimit = limit
      }
      #expect(finished.end == .timedOut(.program(limit)))
      if finished.output.isEmpty && limit < 30 { continue }
      #expect(finished.output == "begun\n")
      break
    }
    #expect(await line.isLetGo(within: 10))
  }

  @Test(arguments: families.prefix(5), [nil, 600])
  func `a cancelled run ends the program and all that it started, and says so`(
    _ script: String, _ limit: Int?
  ) async throws {
    let line = try Lifeline(in: ScratchDirectory.path)
    let run = Task { [path = line.path] () -> Result<Finished, BackupError> in
      do throws(BackupError) {
        return .success(
          try await live("sh", "-c", "exec 3>\"$1\"; echo up >&3; \(script)", "sh", path) {
            $0.timeLimit = limit
          })
      } catch {
        return .failure(error)
      }
    }
    #expect(await line.hears())
    run.cancel()
    let result = await run.value
    #expect(throws: BackupError(.interrupted, "'sh' was ended because this run was interrupted")) {
      try result.get()
    }
    #expect(await line.isLetGo(within: 10))
  }

  @Test func `a cancelled run whose progress is followed ends the same way`() async throws {
    let line = try Lifeline(in: ScratchDirectory.path)
    let (progress, told) = AsyncStream.makeStream(of: String.self)
    let run = Task { [path = line.path] in
      try await live(
        "sh", "-c", "exec 3>\"$1\"; printf 'up\\r'; sleep 1000 & wait", "sh", path
      ) { _ in
      } progress: {
        told.yield($0)
      }
    }
    #expect(await progress.first { _ in true } == "up")
    run.cancel()
    let error = await #expect(throws: BackupError.self) { try await run.value }
    #expect(error?.code == .interrupted)
    #expect(await line.isLetGo(within: 10))
  }

  @Test func `what a program leaves behind on purpose is neither waited for nor ended`()
    async throws
  {
    let line = try Lifeline(in: ScratchDirectory.path)
    let finished = try await live(
      "sh", "-c", "exec 3>\"$1\"; sleep 1000 & echo $!", "sh", line.path)
    #expect(finished.succeeded)
    #expect(await !line.isLetGo(within: 0))
    let child = try #require(Int32(finished.output.dropLast()))
    #expect(kill(child, SIGKILL) == 0)
    #expect(await line.isLetGo(within: 10))
  }

  @Test func `a lock stays taken as long as a program that holds it, though we let go`()
    async throws
  {
    let folder = ScratchDirectory.path
    let (line, path) = (try Lifeline(in: folder), "\(folder)/.lock")
    // A shell without a terminal gives a child in the background no standard input of its own.
    let finished = try await live(
      "sh", "-c", "exec 3>\"$1\" 4<&0; sleep 1000 0<&4 & echo $!", "sh", line.path
    ) {
      $0.lock = try? FileLock(path: path)
    }
    #expect(finished.succeeded)
    #expect(try FileLock(path: path) == nil)
    let child = try #require(Int32(finished.output.dropLast()))
    #expect(kill(child, SIGKILL) == 0)
    #expect(await line.isLetGo(within: 10))
    #expect(await isFreeAtLast(path))
  }

  @Test func `a lock that a program was given reads as no input`() async throws {
    let path = "\(ScratchDirectory.path)/.lock"
    let lock = try #require(try FileLock(path: path))
    #expect(try await live("cat") { $0.lock = lock } == Finished(0))
    #expect(try FileLock(path: path) == nil)
    #expect(lock.descriptor >= 0)
  }

  /// Waits for the lock; another test may be about to start a program with a copy of it.
  private func isFreeAtLast(_ path: String) async -> Bool {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        continuation.resume(returning: descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
        close(descriptor)
      }
    }
  }
}
