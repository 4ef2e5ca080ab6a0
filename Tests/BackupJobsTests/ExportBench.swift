import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

/// Real rsync, with a scripted clock; `after` may meddle once a program has ended.
func exportWorld(
  now: Instant = Bench.now, after: @escaping @Sendable (Invocation) throws -> Void = { _ in }
) -> World {
  var world = World.live { _ in }
  world.now = { now }
  world.zone = .utc
  world.writer = .scripted
  world.run = { [run = world.run] (invocation, progress) async throws(BackupError) in
    let finished = try await run(invocation, progress)
    do { try after(invocation) } catch { Issue.record(error) }
    return finished
  }
  return world
}

extension Bench {
  func export(
    to target: String? = nil, keep: Int = 1, free: TargetSpace = TargetSpace(bytes: .max),
    world: World = exportWorld()
  ) -> ExportJob {
    var job = ExportJob(
      configuration, sections, to: target ?? self.target, keep: keep, world: world)
    job.freeSpace = { _ in free }
    return job
  }

  @discardableResult
  func exported(keep: Int = 1, world: World = exportWorld()) async throws -> [SectionResult] {
    let job = export(keep: keep, world: world)
    return try await job.perform(job.plan())
  }

  /// The manifest as coreutils reads it: the files it could prove; any other trouble fails.
  @discardableResult
  func provenFiles() async throws -> Int {
    let result = try await program(
      ["sha256sum", "--strict", "-c", "MANIFEST.sha256"], workingFolder: target)
    #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
    return result.stdout.split(separator: "\n").filter { $0.hasSuffix(": OK") }.count
  }
}
