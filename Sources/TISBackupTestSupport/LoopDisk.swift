import Foundation

/// A small ext4 in a file of its own, that a test fills up, breaks or pulls; only root can mount one.
package struct LoopDisk: Sendable {
  /// Where it is mounted, as long as nobody pulls it.
  package let folder: String
  private let image: String

  /// Makes one and mounts it at `folder` for as long as `body` runs; `inodes` is about how many it
  /// has, eleven of which are its own.
  package static func mounted<Value>(
    _ folder: String, megabytes: Int = 16, inodes: Int? = nil,
    _ body: (LoopDisk) async throws -> Value
  ) async throws -> Value {
    let disk = LoopDisk(folder: folder, image: "\(ScratchDirectory.path)/\(UUID()).img")
    try makeFolder(folder)
    try await run(["truncate", "--size=\(megabytes)M", disk.image])
    // Nothing is set aside for root, who runs the tests.
    let number = inodes.map { ["-N", "\($0)"] } ?? []
    try await run(["mkfs.ext4", "-q", "-F", "-m", "0"] + number + [disk.image])
    try await disk.mount()
    let result: Result<Value, any Error>
    do { result = .success(try await body(disk)) } catch { result = .failure(error) }
    // Shielded: a test that is given up leaves nothing mounted either.
    try await Task { try await disk.discard() }.value
    return try result.get()
  }

  /// Mounts it; after an error of its, it is put right first, as an administrator would.
  package func mount() async throws {
    // It corrects what it finds, and says so with 1.
    _ = try await program(["e2fsck", "-p", image])
    try await run(["mount", "-o", "loop,errors=remount-ro", image, folder])
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
    for _ in 0..<500 {
      if try await device().isEmpty { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw ServerError.failed("somebody is still at work on \(folder)")
  }
}
