import BackupProofs
import Foundation
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

/// A run is followed, and the disk copied at every instant it can be seen from outside; then each
/// copy is put back, as if the run had been killed there, and the next run must make it right.
@Suite("a run that is stopped at any instant", .scratch)
struct StopTests {
  private let bench: Bench
  private let moments = Moments()

  init() throws { bench = try Bench() }

  private func keep() throws {
    let number = moments.number.withLock { number in
      number += 1
      return number
    }
    try copyTree(bench.base, to: "\(bench.folder)/moment\(number)")
  }

  private func copyTree(_ from: String, to target: String) throws {
    try? FileManager.default.removeItem(atPath: target)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/cp")
    process.arguments = ["-a", from, target]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  /// A world whose rsync writes two files; `look` is called at every instant.
  private func world(
    at now: Instant, isAlive: Bool, look: @escaping @Sendable () throws -> Void = {}
  ) -> World {
    let seen: @Sendable () -> Void = { do { try look() } catch { Issue.record(error) } }
    return World(
      now: {
        seen()
        return now
      }, zone: .utc, writer: .scripted, isAlive: { _ in isAlive },
      run: { (invocation, _) async throws(BackupError) in
        do {
          let partial = try #require(invocation.arguments.last)
          seen()
          try write("one\n", to: "\(partial)one")
          seen()
          try write("two\n", to: "\(partial)two")
          seen()
        } catch { Issue.record(error) }
        return .copied
      },
      say: { _ in seen() })
  }

  @Test func `leaves what the next run settles truthfully`() async throws {
    try bench.backup(hours: 24)
    try bench.snapshot("20231114-01h00m00.partial")
    let first = world(at: Bench.now, isAlive: true) { try keep() }
    let result = try await RunJob(bench.configuration, bench.sections, world: first).perform()
    #expect(result.map(\.kind) == [.ok])
    try keep()
    let count = moments.number.withLock { $0 }
    #expect(count >= 10)
    var statuses: Set<[RunStatus]> = []
    for moment in 1...count {
      try copyTree("\(bench.folder)/moment\(moment)", to: bench.base)
      statuses.insert(try await nextRun("moment \(moment)"))
    }
    // Killed before its row, killed while it copied, and killed after the rename.
    #expect(statuses == [[.ok, .ok], [.ok, .error, .ok], [.ok, .ok, .ok]])
  }

  @Test func `between receipt and rename counts as failed, and its work is taken up`()
    async throws
  {
    let first = world(at: Bench.now, isAlive: true) { try keep() }
    _ = try await RunJob(bench.configuration, bench.sections, world: first).perform()
    // The clock is asked a last time for the row, when the backup has its name already.
    let folder = "\(bench.base)/web1"
    let last = try #require(
      (1...moments.number.withLock { $0 }).first {
        exists("\(bench.folder)/moment\($0)/web1/\(Bench.date)")
      })
    try copyTree("\(bench.folder)/moment\(last)", to: bench.base)
    try FileManager.default.moveItem(
      atPath: "\(folder)/\(Bench.date)", toPath: "\(folder)/\(Bench.date).partial")
    #expect(try await nextRun("after the receipt") == [.error, .ok])
  }

  /// Runs once more, an hour later, and looks whether all that is said is true; gives what the
  /// rows say, oldest first.
  private func nextRun(_ moment: String) async throws -> [RunStatus] {
    let later = world(at: Bench.now.adding(seconds: 3600), isAlive: false)
    let result = try await RunJob(bench.configuration, bench.sections, world: later).perform()
    #expect(result.map(\.kind) == [.ok], "\(moment)")
    let rows = try bench.rows()
    for row in rows where row.status != .error {
      let location = try #require(row.location, "\(moment)")
      if row.start >= Bench.now {
        #expect(names(location).filter { $0 != "file" } == ["one", "two"], "\(moment)")
        #expect(RunReceipt.read(forBackup: location) != nil, "\(moment)")
        let comparison = try await FileManifest.compare(location, sample: 100, day: 0)
        #expect(comparison.isClean && comparison.files >= 2, "\(moment): \(comparison.first)")
      }
    }
    let finished = Set(rows.compactMap(\.location).map(DiskPath.name))
    let left = names("\(bench.base)/web1").filter { !$0.hasPrefix(".") }
    #expect(Set(left) == finished, "\(moment)")
    #expect(rows.filter { $0.status == .error }.allSatisfy { $0.location == nil }, "\(moment)")
    return rows.reversed().map(\.status)
  }

  /// How many copies of the disk there are.
  private final class Moments: Sendable {
    let number = Mutex(0)
  }
}
