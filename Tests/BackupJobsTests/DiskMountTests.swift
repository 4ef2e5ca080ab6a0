import Foundation
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("mounting a disk for an export", .scratch)
struct DiskMountTests {
  private let folder = ScratchDirectory.path + "/run"
  private var point: String { "\(folder)/disk-uuid-sdb1" }
  private var options: String { "nosuid,nodev,noexec" }

  private func disk(_ type: String = "ext4") -> ExportDisk {
    var disk = DiskChoiceTests.disk("sdb1", "a", type: type)
    disk.number = "8:17"
    return disk
  }

  /// What is mounted, as commands change it.
  private final class Table: Sendable {
    let lines = Mutex<[String]>([])
    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    func mount(
      _ point: String, _ device: String = "8:17 / ", _ source: String = "/dev/sdb1",
      ro: Bool = false
    ) {
      let mode = ro ? "ro" : "rw"
      lines.withLock { $0.append("30 27 \(device)\(point) \(mode) - ext4 \(source) \(mode)") }
    }
    func unmount() { lines.withLock { _ = $0.popLast() } }
  }

  private func mount(
    _ transcript: Transcript, _ table: Table, _ disk: ExportDisk? = nil, isRoot: Bool = true
  ) -> DiskMount {
    var mount = DiskMount(disk ?? self.disk(), transcript.world())
    (mount.folder, mount.isRoot) = (folder, isRoot)
    mount.mounted = { table.text }
    mount.users = { _ in "bash (99)" }
    return mount
  }

  private func step(_ table: Table, _ line: String, ro: Bool = false) -> Transcript.Step {
    .init(line) { [point] _ in
      if line.hasPrefix("mount") { table.mount(point, ro: ro) } else { table.unmount() }
    }
  }

  private func unknown(_ type: String) -> Finished {
    Finished(32, errors: "mount: /x: unknown filesystem type '\(type)'.")
  }

  /// Uses the disk; gives the folder that was used, and what was told afterwards.
  private func use(_ mount: DiskMount) async throws -> (folder: String, warnings: [BackupError]) {
    var warnings: [BackupError] = []
    let folder = try await mount.with(warn: { warnings.append($0) }) {
      folder throws(BackupError) in folder
    }
    return (folder, warnings)
  }

  @Test func `is in a folder of ours, and undone`() async throws {
    let table = Table()
    let transcript = Transcript(steps: [
      step(table, "mount -o \(options) /dev/sdb1 \(point)"), step(table, "umount \(point)"),
    ])
    let used = try await use(mount(transcript, table))
    #expect(used.folder == point && used.warnings == [])
    #expect(!exists(point))
    transcript.expectFinished()
  }

  @Test func `is for reading alone where nothing is written`() async throws {
    let table = Table()
    let transcript = Transcript(steps: [
      step(table, "mount -o \(options),ro /dev/sdb1 \(point)", ro: true),
      step(table, "umount \(point)"),
    ])
    var mount = mount(transcript, table)
    mount.isForReading = true
    #expect(try await use(mount).folder == point)
    transcript.expectFinished()
  }

  @Test func `is left to whoever did it before`() async throws {
    let table = Table()
    table.mount("/mnt/usb")
    let transcript = Transcript(steps: [])
    #expect(try await use(mount(transcript, table, isRoot: false)).folder == "/mnt/usb")
    #expect(!exists(folder))
  }

  @Test func `for reading alone by somebody else is no place for copies`() async throws {
    let table = Table()
    table.mount("/mnt/usb", ro: true)
    let error = await #expect(throws: BackupError.self) {
      try await use(mount(Transcript(steps: []), table))
    }
    #expect(error?.message.text.contains("is mounted on '/mnt/usb', for reading alone") == true)
  }

  @Test func `that a killed export left is taken over, and undone`() async throws {
    let table = Table()
    table.mount(point)
    let transcript = Transcript(steps: [step(table, "umount \(point)")])
    #expect(try await use(mount(transcript, table)).folder == point)
    transcript.expectFinished()
  }

  @Test func `of a disk that was pulled and plugged in again gives way to it`() async throws {
    let table = Table()
    table.mount(point, "8:33 / ", "/dev/sdc1")
    let transcript = Transcript(steps: [
      step(table, "umount --lazy \(point)"), step(table, "mount -o \(options) /dev/sdb1 \(point)"),
      step(table, "umount \(point)"),
    ])
    #expect(try await use(mount(transcript, table)).folder == point)
    transcript.expectFinished()
  }

  @Test(arguments: [("exfat", "exfat-fuse", "exfat-fuse"), ("ntfs", "ntfs-3g", "ntfs-3g")])
  func `takes a driver outside of the kernel where that has none, or says which to install`(
    _ type: String, _ driver: String, _ package: String
  ) async throws {
    let table = Table()
    let plain = Transcript.Step("mount -o \(options) /dev/sdb1 \(point)", unknown(type))
    let outside = "mount -t \(driver) -o \(options) /dev/sdb1 \(point)"
    var transcript = Transcript(steps: [
      plain, step(table, outside), step(table, "umount \(point)"),
    ])
    #expect(try await use(mount(transcript, table, disk(type))).folder == point)
    transcript.expectFinished()
    transcript = Transcript(steps: [plain, .init(outside, unknown(driver))])
    let error = await #expect(throws: BackupError.self) {
      try await use(mount(transcript, table, disk(type)))
    }
    #expect(error?.hint?.text.hasSuffix("apt-get install \(package)") == true)
    transcript.expectFinished()
    #expect(!exists(point))
  }

  @Test(arguments: [
    ("unknown filesystem type 'hfsx'.", "has no driver"),
    ("wrong fs type, bad option, bad superblock on /dev/sdb1", "fsck /dev/sdb1"),
  ])
  func `that fails says why, and what to do`(_ words: String, _ cure: String) async throws {
    let transcript = Transcript([
      ("mount -o \(options) /dev/sdb1 \(point)", Finished(32, errors: words))
    ])
    let error = await #expect(throws: BackupError.self) {
      try await use(mount(transcript, Table(), disk("hfsx")))
    }
    #expect(
      error?.message.text.contains("cannot mount the disk 'a' (/dev/sdb1) (exit 32): \(words)")
        == true)
    #expect(error?.hint?.text.contains(cure) == true)
    transcript.expectFinished()
  }

  @Test func `of a disk with a switch against writing is undone at once`() async throws {
    let table = Table()
    let transcript = Transcript(steps: [
      step(table, "mount -o \(options) /dev/sdb1 \(point)", ro: true),
      step(table, "umount \(point)"),
    ])
    let error = await #expect(throws: BackupError.self) { try await use(mount(transcript, table)) }
    #expect(error?.message.text == "the disk 'a' (/dev/sdb1) can only be read")
    transcript.expectFinished()
  }

  @Test func `cannot be undone while somebody uses it: who is told, and not to pull it`()
    async throws
  {
    let table = Table()
    let busy = Finished(32, errors: "umount: /x: target is busy.")
    let transcript = Transcript(
      steps: [step(table, "mount -o \(options) /dev/sdb1 \(point)")]
        + (0..<5).map { _ in .init("umount \(point)", busy) })
    let warnings = try await use(mount(transcript, table)).warnings
    #expect(
      warnings.first?.message.text
        == "the disk 'a' (/dev/sdb1) could not be unmounted from '\(point)': in use by bash (99)")
    #expect(warnings.first?.hint?.text.hasPrefix("Do not pull it yet") == true)
    #expect(warnings.count == 1)
    transcript.expectFinished()
  }

  @Test func `is undone too when the work fails, and when it is stopped`() async throws {
    for isCancelled in [false, true] {
      let table = Table()
      let transcript = Transcript(steps: [
        step(table, "mount -o \(options) /dev/sdb1 \(point)"), step(table, "umount \(point)"),
      ])
      let mount = mount(transcript, table)
      let task = Task {
        try await mount.with(warn: { _ in }) { _ throws(BackupError) in
          if isCancelled { withUnsafeCurrentTask { $0?.cancel() } }
          throw BackupError(.interrupted, "stopped")
        }
      }
      let error = await #expect(throws: BackupError.self) { try await task.value }
      #expect(error?.message.text == "stopped")
      transcript.expectFinished()
    }
  }

  @Test func `is root's to do`() async throws {
    let error = await #expect(throws: BackupError.self) {
      try await use(mount(Transcript(steps: []), Table(), isRoot: false))
    }
    #expect(error?.message.text == "only root may mount the disk 'a' (/dev/sdb1)")
    #expect(error?.hint?.text.contains("as root") == true)
  }

  @Test func `waits for nobody: another export that has the disk is told`() async throws {
    try makeFolder(folder)
    let lock = try #require(try FileLock(path: point + ".lock"))
    let error = await #expect(throws: BackupError.self) {
      try await use(mount(Transcript(steps: []), Table()))
    }
    #expect(error?.code == .locked)
    withExtendedLifetime(lock) {}
  }

  @Test func `knows the programs that use a folder`() async throws {
    #expect(DiskUsers.names(of: ScratchDirectory.path) == "")
    let file = try write("x", to: "\(ScratchDirectory.path)/file")
    let handle = try #require(FileHandle(forReadingAtPath: file))
    #expect(DiskUsers.names(of: ScratchDirectory.path).contains("(\(getpid()))"))
    try handle.close()
  }
}
