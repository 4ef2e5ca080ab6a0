import Foundation

/// A file system of a few KiB in memory, to be filled; only root can mount one.
package enum SmallDisk {
  /// Mounts it at `path`, a folder, for as long as `body` runs.
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
    let unmounted = try await program(["umount", path])
    // Whoever still has a file open there was to be done with it.
    if unmounted.status != 0 {
      _ = try await program(["umount", "--lazy", path])
      throw ServerError.failed(unmounted.stderr)
    }
    return try result.get()
  }
}
