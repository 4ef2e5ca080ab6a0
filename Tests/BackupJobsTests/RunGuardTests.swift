import BackupChecks
import Glibc
import Monitoring
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("what keeps a section from beginning", .scratch)
struct RunGuardTests {
  private static func space(_ percent: Int64, inodes: Int64 = 50) -> FileSystemSpace {
    FileSystemSpace(
      totalBytes: 100 << 30, availableBytes: percent << 30, freeBytes: percent << 30,
      totalInodes: 100, freeInodes: inodes)
  }

  /// Runs a section on a disk with so much left; nil where nobody can tell.
  private func run(
    _ global: String, _ space: FileSystemSpace?, section: String = "", copies: Bool
  ) async throws -> (SectionResult, [BackupRecord]) {
    let bench = try Bench(Bench.rsync("web1", section), global: global)
    let transcript = Transcript(steps: copies ? [bench.copy()] : [])
    var job = RunJob(bench.configuration, bench.sections, world: transcript.world())
    job.readSpace = { _ in
      space.map(Result.success) ?? .failure(BackupError(.storage, "nobody knows"))
    }
    let result = try await job.perform()[0]
    transcript.expectFinished()
    return (result, try bench.rows())
  }

  @Test(
    "a disk that is nearly full, in the words of the check",
    arguments: [
      ("", 4, 50, "4% free (limit at least 5%)"),
      ("minimum_free = 20%", 19, 50, "19% free (limit at least 20%)"),
      ("minimum_free = 20GiB", 19, 50, "19 GiB free (limit at least 20 GiB)"),
      ("", 50, 4, "4% of the inodes free (limit at least 5%)"),
      ("minimum_free_inodes = 60", 50, 50, "50% of the inodes free (limit at least 60%)"),
      ("minimum_free = much", 4, 50, "4% free (limit at least 5%)"),
    ])
  func full(_ global: String, _ percent: Int64, _ inodes: Int64, _ words: String) async throws {
    let (result, rows) = try await run(global, Self.space(percent, inodes: inodes), copies: false)
    #expect(result.kind == .failed)
    #expect(result.message.hasPrefix("not begun, '"))
    #expect(result.message.contains("': \(words); Run tisbackup-cleanup"), "\(result.message)")
    #expect(rows.map(\.status) == [.error])
    #expect(rows[0].log == result.message)
  }

  @Test(
    "not a disk with room",
    arguments: [
      ("", 5, 5), ("minimum_free = 0%\nminimum_free_inodes = 0", 0, 0),
      ("minimum_free = 20GiB", 20, 50), ("minimum_free_inodes = 50%", 50, 50),
    ])
  func room(_ global: String, _ percent: Int64, _ inodes: Int64) async throws {
    let space = Self.space(percent, inodes: inodes)
    #expect(try await run(global, space, copies: true).0.kind == .ok)
  }

  @Test func `a disk that can only be read`() async throws {
    var space = Self.space(50)
    space.isReadOnly = true
    let (result, _) = try await run("", space, copies: false)
    #expect(result.message.contains("mounted read-only: no backup can be written; See dmesg"))
    #expect(result.message.contains("remount,rw"))
  }

  @Test func `not a file system that counts no inodes`() async throws {
    var space = Self.space(50)
    (space.totalInodes, space.freeInodes) = (0, 0)
    #expect(try await run("", space, copies: true).0.kind == .ok)
  }

  @Test func `not a disk that nobody can ask, but that is told`() async throws {
    #expect(try await run("", nil, copies: true).0.kind == .ok)
  }

  @Test func `the full disk of a section that has its own`() async throws {
    let folder = "\(ScratchDirectory.path)/own"
    try makeFolder(folder)
    let bench = try Bench(Bench.rsync("web1", "backup_dir = \(folder)"))
    var job = RunJob(bench.configuration, bench.sections, world: Transcript([]).world())
    job.readSpace = { .success(Self.space($0 == folder ? 1 : 90)) }
    let result = try await job.perform()[0]
    #expect(result.message.hasPrefix("not begun, '\(folder)': 1% free"))
  }

  @Test(arguments: [("22:00-23:00", true), ("21:00-22:13", false), ("23:00-22:14", true)])
  func `a window that is closed, which is as it should be`(_ window: String, _ isOpen: Bool)
    async throws
  {
    // The clock of the bench says 22:13:20.
    let (result, rows) = try await run(
      "", Self.space(50), section: "window = \(window)", copies: isOpen)
    #expect(rows.count == (isOpen ? 1 : 0))
    guard !isOpen else { return }
    #expect(result.kind == .skipped && result.state == .ok)
    #expect(result.message == "outside of its window \(window)")
  }

  @Test func `a window by the clock on the wall of this server`() async throws {
    let bench = try Bench(Bench.rsync("web1", "window = 23:00-00:00"))
    let zone = LocalZone { _ in 3600 }
    let name = "20231114-23h13m20"
    let transcript = Transcript(steps: [bench.copy("web1", name)])
    let job = RunJob(bench.configuration, bench.sections, world: transcript.world(zone: zone))
    #expect(try await job.perform()[0].kind == .ok)
    transcript.expectFinished()
  }

  @Test func `a disk that is not mounted yet when the first run comes`() throws {
    let bench = try Bench()
    let mounts = MountTable(parsing: "22 1 254:1 / / rw - ext4 /dev/vda1 rw\n")
    let fstab = "UUID=1 / ext4 defaults\nUUID=2 \(bench.folder) ext4 defaults\n"
    let world = Transcript([]).world()
    let error = #expect(throws: BackupError.self) {
      try RunJob.prepare(bench.configuration, world, mounts: mounts, fstab: fstab)
    }
    #expect(
      error?.message.text == "the base folder '\(bench.base)' lies on '\(bench.folder)', "
        + "which is in /etc/fstab and not mounted")
    #expect(names(bench.base) == [])
    // Who means it says so, and is not asked again.
    try write("", to: "\(bench.base)/.tisbackup-base")
    try RunJob.prepare(bench.configuration, world, mounts: mounts, fstab: fstab)
  }

  @Test func `a disk that went after the run began: nothing is made in its place`() async throws {
    let bench = try Bench(Bench.rsync("web1") + Bench.rsync("web2"))
    let memory = BaseMemory(folder: "\(ScratchDirectory.path)/state")
    let copy = Transcript.Step(bench.copyLine(), .copied) { _ in
      // As an unmounted disk leaves its mount point, with what is open living on.
      try makeFolder("\(ScratchDirectory.path)/elsewhere")
      rename(bench.base, "\(ScratchDirectory.path)/elsewhere/base")
      try makeFolder(bench.base)
    }
    let transcript = Transcript(steps: [copy])
    var world = transcript.world()
    world.memory = memory
    let results = try await RunJob(bench.configuration, bench.sections, world: world).perform()
    #expect(results.map(\.kind) == [.failed, .failed])
    #expect(results[1].message.contains("has no .tisbackup-base, which it had before"))
    #expect(names(bench.base) == [])
    transcript.expectFinished()
  }
}
