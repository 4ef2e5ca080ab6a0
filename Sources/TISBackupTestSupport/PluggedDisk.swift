import Foundation

/// A disk that is plugged in, as a device without udev: what is on it has to be read to be known.
package final class PluggedDisk: Sendable {
  package let image: String
  /// The device; another one after the disk was plugged in anew.
  package let device: String

  private init(_ image: String, _ device: String) { (self.image, self.device) = (image, device) }

  /// Plugs an image in for as long as `body` runs; afterwards nothing of it is mounted.
  package static func with<Value>(
    _ image: String, isReadOnly: Bool = false, _ body: (PluggedDisk) async throws -> Value
  ) async throws -> Value {
    let options = isReadOnly ? ["--read-only"] : []
    let device = try await run(["losetup"] + options + ["--find", "--show", image])
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let disk = PluggedDisk(image, device)
    let result: Result<Value, any Error>
    do { result = .success(try await body(disk)) } catch { result = .failure(error) }
    // Shielded: a test that is given up leaves nothing mounted either.
    try await Task { try await disk.unplug() }.value
    return try result.get()
  }

  /// Where it is mounted now.
  package var points: [String] {
    let text = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { $0.split(separator: " ") }
      .filter { $0.contains(Substring(device)) }.map { String($0[4]) }
  }

  /// The UUID of the file system.
  package var uuid: String {
    get async throws {
      try await run(["blkid", "-p", "-s", "UUID", "-o", "value", device])
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  /// Mounts it at a folder for as long as `body` runs.
  package func mounted<Value>(
    _ folder: String, _ options: [String] = [], _ body: () async throws -> Value
  ) async throws -> Value {
    try makeFolder(folder)
    if try await program(["mount"] + options + [device, folder]).status != 0 {
      try await run(["mount", "-t", "exfat-fuse"] + options + [device, folder])
    }
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    try await run(["umount", folder])
    return try result.get()
  }

  private func unplug() async throws {
    for point in points { _ = try await program(["umount", "--lazy", point]) }
    _ = try await program(["losetup", "--detach", device])
    for _ in 0..<500 {
      let left = try await program(["losetup", "--noheadings", "--associated", image])
      if !left.stdout.contains("\(device):") && !left.stdout.contains("\(device) ") { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw ServerError.failed("somebody is still at work on \(device)")
  }
}
