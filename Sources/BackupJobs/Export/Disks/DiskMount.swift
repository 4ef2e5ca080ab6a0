import Glibc
import OutsideWorld
import TISBackupCore

/// Mounts a disk for as long as it is needed, and leaves it as it was found.
package struct DiskMount: Sendable {
  /// No program and no device of a disk that anybody may have plugged in counts.
  private static let options = "nosuid,nodev,noexec"
  /// Drivers outside of the kernel, by the type of the file system, with the Debian package.
  private static let drivers = [
    "exfat": (type: "exfat-fuse", package: "exfat-fuse"),
    "ntfs": (type: "ntfs-3g", package: "ntfs-3g"),
  ]
  /// How often a disk that is in use is tried again, a second apart: what looks at every new disk is
  /// soon done.
  private static let patience = 5

  package let disk: ExportDisk
  package let world: World
  /// Folder of our mount points.
  package var folder = Self.folder
  /// The text of the kernel's table of mounts.
  package var mounted: @Sendable () -> String = MountedPlaces.text
  /// Who has something open below a mount point.
  package var users: @Sendable (String) -> String = DiskUsers.names
  package var isRoot = geteuid() == 0
  /// Whether it is only read.
  package var isForReading = false

  package init(_ disk: ExportDisk, _ world: World) { (self.disk, self.world) = (disk, world) }

  /// `/run/tisbackup`; below the folder of `$TISBACKUP_STATE` where that is another.
  private static var folder: String {
    getenv("TISBACKUP_STATE").map { String(cString: $0) + "/disks" } ?? "/run/tisbackup"
  }

  /// Our mount point of this disk.
  ///
  /// It is named after the disk, so that what a killed export left mounted is found by the next.
  private var point: String {
    "\(folder)/disk-\(disk.uuid ?? DiskPath.name(of: disk.device))"
  }

  /// Gives `body` the folder where the disk is; afterwards all is on it, and it is mounted no more
  /// unless it was before.
  ///
  /// `warn` hears what kept it mounted. Unmounts too when `body` throws or this task is cancelled.
  package func with<Value: Sendable>(
    warn: (BackupError) -> Void,
    _ body: (String) async throws(BackupError) -> Value
  ) async throws(BackupError) -> Value {
    if let place = try placeElsewhere() { return try await body(place.point) }
    guard isRoot else { throw BackupError(.storage, .notRoot(disk), hint: .asRoot) }
    try makeFolders()
    guard let lock = try FileLock(path: point + ".lock") else {
      throw BackupError(.locked, .busy(disk), hint: .wait)
    }
    defer { withExtendedLifetime(lock) {} }
    let result: Result<Value, BackupError>
    do throws(BackupError) {
      try await shielded { mount throws(BackupError) in try await mount.mount() }
      result = .success(try await body(point))
    } catch {
      result = .failure(error)
    }
    do throws(BackupError) {
      try await shielded { mount throws(BackupError) in try await mount.unmount() }
    } catch {
      warn(error)
    }
    return try result.get()
  }

  /// Runs to its end although this task is cancelled: a disk is never left half mounted.
  private func shielded(
    _ work: @escaping @Sendable (DiskMount) async throws(BackupError) -> Void
  ) async throws(BackupError) {
    let mount = self
    let task = Task { () -> Result<Void, BackupError> in
      do throws(BackupError) {
        return .success(try await work(mount))
      } catch {
        return .failure(error)
      }
    }
    try await task.value.get()
  }

  private var places: [MountedPlace] {
    MountedPlaces(parsing: mounted()).places(of: disk.device, disk.number)
  }

  /// Where somebody else mounted it.
  private func placeElsewhere() throws(BackupError) -> MountedPlace? {
    guard let place = places.first(where: { $0.point != point }) else { return nil }
    guard isForReading || !place.isReadOnly else {
      throw BackupError(.storage, .readOnly(disk, place.point), hint: .remount(place.point))
    }
    return place
  }

  private func makeFolders() throws(BackupError) {
    for path in [DiskPath.parent(of: folder), folder, point] { try DiskLayout.makeFolder(path) }
  }

  private func mount() async throws(BackupError) {
    if let place = MountedPlaces(parsing: mounted()).place(at: point) {
      // A killed export left it.
      if places.contains(place), isForReading || !place.isReadOnly { return }
      // One that only read did; or the disk was pulled and plugged in again, and that is dead.
      _ = try await run("umount", places.contains(place) ? [point] : ["--lazy", point])
    }
    try await mountFresh()
  }

  private func mountFresh() async throws(BackupError) {
    let options = Self.options + (isForReading ? ",ro" : "")
    var finished = try await run("mount", ["-o", options, disk.device, point])
    let driver = Self.drivers[disk.type ?? ""]
    if isUnknown(finished), let driver {
      finished = try await run(
        "mount", ["-t", driver.type, "-o", options, disk.device, point])
    }
    guard finished.succeeded else {
      throw BackupError(
        .storage, .cannotMount(disk, finished),
        hint: isUnknown(finished) ? .install(driver?.package, disk.type ?? "") : .lookAtDisk(disk))
    }
    try requireWritable()
  }

  private func isUnknown(_ finished: Finished) -> Bool {
    !finished.succeeded && finished.errors.contains("unknown filesystem type")
  }

  /// What is write-protected is mounted all the same, for reading.
  private func requireWritable() throws(BackupError) {
    let isReadOnly = MountedPlaces(parsing: mounted()).place(at: point)?.isReadOnly
    guard isForReading || isReadOnly != true else {
      throw BackupError(.storage, .protected(disk), hint: .unprotect(disk))
    }
  }

  private func unmount() async throws(BackupError) {
    guard MountedPlaces(parsing: mounted()).place(at: point) != nil else { return removePoint() }
    do throws(BackupError) {
      try SmallFile.syncFileSystem(of: point)
    } catch {
      world.say(Note(.warning, nil, error.description))
    }
    var finished = try await run("umount", [point])
    for _ in 1..<Self.patience where !finished.succeeded && finished.errors.contains("busy") {
      await world.sleep(1)
      finished = try await run("umount", [point])
    }
    guard finished.succeeded else {
      throw BackupError(
        .storage, .stillMounted(disk, point, finished, users(point)), hint: .doNotPull(point))
    }
    removePoint()
  }

  private func removePoint() { rmdir(point) }

  private func run(_ program: String, _ arguments: [String]) async throws(BackupError) -> Finished {
    var invocation = Invocation(program, arguments)
    // A large disk that was pulled may have a long journal; one that never answers is given up.
    invocation.timeLimit = 600
    // Messages are understood by their words.
    invocation.environment = ["LC_ALL": "C"]
    world.say(Note(.debug, nil, invocation.redacted))
    return try await world.run(invocation, nil)
  }
}

extension BackupError.Message {
  fileprivate static func notRoot(_ disk: ExportDisk) -> Self {
    "only root may mount the disk \(disk.shown)"
  }
  fileprivate static let asRoot: Self =
    "Run tisbackup-export as root, or let root mount it and export with -x DIR."
  fileprivate static func busy(_ disk: ExportDisk) -> Self {
    "another export has the disk \(disk.shown)"
  }
  fileprivate static let wait: Self = "Wait for it to end."
  fileprivate static func readOnly(_ disk: ExportDisk, _ point: String) -> Self {
    "the disk \(disk.shown) is mounted on '\(point)', for reading alone"
  }
  fileprivate static func remount(_ point: String) -> Self {
    "Unmount it (umount '\(point)'), or see dmesg for why it may not be written to."
  }
  fileprivate static func cannotMount(_ disk: ExportDisk, _ finished: Finished) -> Self {
    "cannot mount the disk \(disk.shown) (\(finished.end)): \(finished.reason)"
  }
  fileprivate static func install(_ package: String?, _ type: String) -> Self {
    guard let package else {
      return
        "This kernel has no driver for the file system '\(ExportDisk.clean(type))': make another on the disk, such as mkfs.ext4 -L LABEL."
    }
    return "Install a driver: apt-get install \(package)"
  }
  fileprivate static func lookAtDisk(_ disk: ExportDisk) -> Self {
    "Look at the disk: 'dmesg', 'fsck \(disk.device)'."
  }
  fileprivate static func protected(_ disk: ExportDisk) -> Self {
    "the disk \(disk.shown) can only be read"
  }
  fileprivate static func unprotect(_ disk: ExportDisk) -> Self {
    "Is there a switch on it that protects it? Otherwise see dmesg, and check it: 'fsck \(disk.device)'."
  }
  fileprivate static func stillMounted(
    _ disk: ExportDisk, _ point: String, _ finished: Finished, _ users: String
  ) -> Self {
    let why = users.isEmpty ? finished.reason : "in use by \(users)"
    return "the disk \(disk.shown) could not be unmounted from '\(point)': \(why)"
  }
  fileprivate static func doNotPull(_ point: String) -> Self {
    "Do not pull it yet: end what uses it, then 'umount \(point)'."
  }
}
