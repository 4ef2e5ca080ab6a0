import Glibc
import OutsideWorld
import TISBackupCore

/// Finds the file systems of this machine: `lsblk`, and `blkid` for what that leaves out.
///
/// What `lsblk` says of labels comes from udev, which does not run everywhere; `blkid -p` reads the
/// device itself, which only root may.
package struct ExportDisks: Sendable {
  package var world: World
  /// The text of the kernel's table of mounts.
  package var mounted: @Sendable () -> String = MountedPlaces.text

  package init(_ world: World) { self.world = world }

  /// Every file system there is, and every encrypted device that is not open.
  ///
  /// Throws when `lsblk` cannot tell.
  package func list() async throws(BackupError) -> [ExportDisk] {
    let listed = try await ask(
      "lsblk", ["--json", "--bytes", "--list", "--output", BlockDevices.columns])
    guard listed.succeeded else {
      throw BackupError(.storage, .failed(listed), hint: .mountByHand)
    }
    var disks = try BlockDevices.parse(listed.output)
    for index in disks.indices where disks[index].type == nil {
      let found = try await ask("blkid", ["-p", "-o", "udev", disks[index].device])
      if found.succeeded { BlockDevices.add(found.output, to: &disks[index]) }
    }
    let places = MountedPlaces(parsing: mounted())
    for index in disks.indices {
      disks[index].mounts = places.places(of: disks[index].device, disks[index].number)
    }
    return Self.joined(disks.filter { $0.hasFileSystem || $0.isLocked })
  }

  private func ask(_ program: String, _ arguments: [String]) async throws(BackupError) -> Finished {
    var invocation = Invocation(program, arguments)
    // A disk that does not answer is none to export to.
    invocation.timeLimit = 60
    world.say(Note(.debug, nil, invocation.redacted))
    return try await world.run(invocation, nil)
  }

  /// A btrfs of several devices is one file system, which each of them stands for.
  private static func joined(_ disks: [ExportDisk]) -> [ExportDisk] {
    var joined: [ExportDisk] = []
    for disk in disks {
      if disk.type == "btrfs", disk.uuid != nil,
        let index = joined.firstIndex(where: { $0.type == "btrfs" && $0.uuid == disk.uuid })
      {
        joined[index].mounts += disk.mounts.filter { !joined[index].mounts.contains($0) }
        joined[index].size += disk.size
      } else {
        joined.append(disk)
      }
    }
    return joined
  }
}

extension BackupError.Message {
  fileprivate static func failed(_ finished: Finished) -> Self {
    "lsblk cannot list the disks (\(finished.end)): \(finished.reason)"
  }
  fileprivate static let mountByHand: Self = "Mount the disk, and export to it with -x DIR."
}
