import Glibc
import Monitoring
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("the locks of a section", .scratch)
struct RunLockTests {
  private let bench: Bench
  private var folder: String { "\(bench.base)/web1" }

  init() throws {
    bench = try Bench()
    try makeFolder("\(bench.base)/web1")
  }

  private func run(_ steps: [Transcript.Step]) async throws -> SectionResult {
    let transcript = Transcript(steps: steps)
    let job = RunJob(bench.configuration, bench.sections, world: transcript.world())
    let results = try await job.perform()
    transcript.expectFinished()
    return try #require(results.first)
  }

  @Test func `one that another run holds is a warning, and leaves no row`() async throws {
    let lock = try #require(try FileLock(path: "\(folder)/.lock"))
    let result = try await run([])
    #expect(result.kind == .skipped && result.state == .warning)
    #expect(result.message == "another run, or a program it left, is at work on it")
    #expect(try bench.rows() == [])
    #expect(names(folder) == [".lock"])
    withExtendedLifetime(lock) {}
  }

  @Test func `one is free again as soon as its holder ended, though the file stays`() async throws {
    do { _ = try FileLock(path: "\(folder)/.lock") }
    #expect(try await run([bench.copy()]).kind == .ok)
    let other = try #require(try FileLock(path: "\(folder)/.lock"))
    withExtendedLifetime(other) {}
  }

  @Test func `one is held by the copy itself, should this process be killed`() async throws {
    let copy = Transcript.Step(bench.copyLine(), .copied) { invocation in
      let path = "\(ScratchDirectory.path)/base/web1/.lock"
      #expect(invocation.lock != nil)
      let second = try FileLock(path: path)
      #expect(second == nil)
    }
    #expect(try await run([copy]).kind == .ok)
  }

  @Test func `one that cannot be made fails the section`() async throws {
    try makeFolder("\(folder)/.lock")
    let result = try await run([])
    #expect(result.kind == .failed)
    #expect(result.message == "cannot lock '\(folder)/.lock': Is a directory")
    #expect(try bench.rows() == [])
  }

  @Test(arguments: [
    "pid=\(getpid())", "pid=\(getpid())\n", "pid=1\nsince yesterday\n", "pid= \(getpid()) \r\n",
  ])
  func `of TISBackup counts while its process lives`(_ text: String) async throws {
    try write(text, to: "\(folder)/lock")
    let result = try await run([])
    #expect(result.kind == .skipped && result.state == .warning)
    #expect(result.message.hasPrefix("TISBackup is at work on it (pid "))
    #expect(try self.text == text)
  }

  private var text: String { get throws { try TISBackupTestSupport.text("\(folder)/lock") } }

  @Test(arguments: [
    "", "\n", "pid=", "pid=4194305", "pid=0", "pid=-1", "pid=x", "PID=1", "1", "#pid=1", "\u{0}",
    "pid=99999999999", "\npid=4194305",
  ])
  func `of TISBackup that nobody holds any more stops nothing`(_ text: String) async throws {
    try write(text, to: "\(folder)/lock")
    #expect(try await run([bench.copy()]).kind == .ok)
    #expect(try self.text == text)
  }
}
