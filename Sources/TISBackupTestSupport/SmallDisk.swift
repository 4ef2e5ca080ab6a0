import Foundation

/// A file system of a few KiB in memory, to be filled; only root can mount one.
package struct SmallDisk: Sendable {
  package let path: String

  /// Mounts it at `path` for as long as `body` runs.
  package static func mounted<Value>(
    _ path: String, kilobytes: Int, _ body: (String) async throws -> Value
  ) async throws -> Value {
    try makeFolder(path)
    let mounted = try await program([
      "mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k,mode=0755", "tmpfs", path,
    ])
    guard mounted.status == 0 else { throw ServerError.failed("mount: \(mounted.stderr)") }
    let result: Result<Value, any Error>
    do { result = .success(try await body(path)) } catch { result = .failure(error) }
    // Lazily: a program that a test killed may look at it a moment longer.
    _ = try await program(["umount", "--lazy", path])
    return try result.get()
  }
}
