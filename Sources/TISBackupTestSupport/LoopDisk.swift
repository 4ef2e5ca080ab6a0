import Foundation

/// A small file system in a file of its own, that a test fills up, breaks or pulls; only root can
/// mount one.
package struct LoopDisk: Sendable {
  /// What it is formatted as.
  ///
  /// A kernel may lack the last two, so FUSE mounts them: the same format on the disk, and the same
  /// that it cannot do.
  package enum FileSystem: String, Sendable, CaseIterable {
    case ext4, xfs, btrfs, vfat, exfat

    /// MiB below which `mkfs` refuses.
    var smallest: Int {
      switch self {
      case .ext4, .vfat, .exfat: 1
      case .btrfs: 128
      case .xfs: 300
      }
    }

    /// Whether it knows hard links, symbolic links, owners and modes.
    package var isOfUnix: Bool { self != .vfat && self != .exfat }
  }

  /// Where it is mounted, as long as nobody pulls it.
  package let folder: String
  private let image: String
  private let fileSystem: FileSystem

  /// Makes one and mounts it at `folder` for as long as `body` runs; `inodes` is about how many an
  /// ext4 has, eleven of which are its own.
  package static func mounted<Value>(
    _ folder: String, megabytes: Int = 16, inodes: Int? = nil, as fileSystem: FileSystem = .ext4,
    _ body: (LoopDisk) async throws -> Value
  ) async throws -> Value {
    let disk = LoopDisk(
      folder: folder, image: "\(ScratchDirectory.path)/\(UUID()).img", fileSystem: fileSystem)
    try makeFolder(folder)
    try await run(["truncate", "--size=\(max(megabytes, fileSystem.smallest))M", disk.image])
    try await run(disk.format(inodes) + [disk.image])
    try await disk.mount()
    let result: Result<Value, any Error>
    do { result = .success(try await body(disk)) } catch { result = .failure(error) }
    // Shielded: a test that is given up leaves nothing mounted either.
    try await Task { try await disk.discard() }.value
    return try result.get()
  }

  /// Makes one and plugs it in for as long as `body` runs, unmounted, as a device that has a label;
  /// whoever mounts it need not unmount it.
  package static func plugged<Value>(
    _ label: String?, megabytes: Int = 16, as fileSystem: FileSystem = .ext4,
    _ body: (PluggedDisk) async throws -> Value
  ) async throws -> Value {
    let disk = LoopDisk(
      folder: "", image: "\(ScratchDirectory.path)/\(UUID()).img", fileSystem: fileSystem)
    try await run(["truncate", "--size=\(max(megabytes, fileSystem.smallest))M", disk.image])
    try await run(disk.format(nil, label) + [disk.image])
    return try await PluggedDisk.with(disk.image, body)
  }

  private func format(_ inodes: Int?, _ label: String? = nil) -> [String] {
    func labelled(_ option: String) -> [String] { label.map { [option, $0] } ?? [] }
    return switch fileSystem {
    case .ext4:
      // Nothing is set aside for root, who runs the tests.
      ["mkfs.ext4", "-q", "-F", "-m", "0"] + (inodes.map { ["-N", "\($0)"] } ?? [])
        + labelled("-L")
    case .xfs: ["mkfs.xfs", "-q", "-f"] + labelled("-L")
    case .btrfs: ["mkfs.btrfs", "-q", "-f"] + labelled("-L")
    case .vfat: ["mkfs.vfat"] + labelled("-n")
    case .exfat: ["mkfs.exfat"] + labelled("-L")
    }
  }

  /// Mounts it; after an error of its, an ext4 is put right first, as an administrator would.
  package func mount() async throws {
    switch fileSystem {
    case .ext4:
      // It corrects what it finds, and says so with 1.
      _ = try await program(["e2fsck", "-p", image])
      try await run(["mount", "-o", "loop,errors=remount-ro", image, folder])
    case .xfs, .btrfs: try await run(["mount", "-o", "loop", image, folder])
    case .vfat: try await run(["fusefat", "-o", "rw+,allow_other", image, folder])
    case .exfat:
      let device = try await run(["losetup", "--find", "--show", image])
        .trimmingCharacters(in: .whitespacesAndNewlines)
      try await run(["mount.exfat-fuse", device, folder])
    }
  }

  /// Takes it away from who comes next; whoever works on it may go on, as with a cable that is
  /// pulled while the cache still answers.
  package func unmount() async throws { try await run(["umount", "--lazy", folder]) }

  /// Mounts it anew for reading alone, or for writing again: `ro`, `rw`.
  package func remount(_ mode: String) async throws {
    try await run(["mount", "-o", "remount,\(mode)", folder])
  }

  /// Has the kernel find an error in the file system, after which nobody may write, whatever is
  /// open.
  package func fail() async throws {
    let device = try await device().dropFirst("/dev/".count)
    try "a test".write(
      toFile: "/sys/fs/ext4/\(device)/trigger_fs_error", atomically: false, encoding: .utf8)
  }

  /// What is on it for no other purpose than to be in the way.
  private var ballast: String { "\(folder)/ballast" }

  /// Fills it up to the last block but so many KiB.
  package func fill(leaving kilobytes: Int = 0) async throws {
    try makeFolder(ballast)
    let file = "\(ballast)/large"
    _ = try await program(["dd", "if=/dev/zero", "of=\(file)", "bs=1k", "status=none"])
    try await run(["truncate", "--size=-\(kilobytes)K", file])
  }

  /// Takes all of its inodes.
  package func exhaust() async throws {
    try makeFolder(ballast)
    var made = 0
    while FileManager.default.createFile(atPath: "\(ballast)/\(made)", contents: nil) { made += 1 }
  }

  /// Gives back what was taken of it.
  package func removeBallast() throws { try FileManager.default.removeItem(atPath: ballast) }

  /// The loop device of the image; empty when nobody has it any more.
  private func device() async throws -> String {
    try await run(["losetup", "--noheadings", "--output", "NAME", "--associated", image])
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func discard() async throws {
    while try await program(["mountpoint", "-q", folder]).status == 0 { try await unmount() }
    // The one of FUSE was attached by hand.
    if fileSystem == .exfat { _ = try await program(["losetup", "--detach", device()]) }
    for _ in 0..<500 {
      if try await device().isEmpty { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw ServerError.failed("somebody is still at work on \(folder)")
  }
}
