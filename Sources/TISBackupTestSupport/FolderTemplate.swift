import Foundation
import SystemPackage

/// A folder that takes seconds to make: made once in a test process, and copied from then on.
actor FolderTemplate {
  private let fill: @Sendable (String) async throws -> Void
  private var archive: Task<FileDescriptor, any Error>?

  /// `fill` is given an empty folder.
  init(_ fill: @escaping @Sendable (String) async throws -> Void) {
    self.fill = fill
  }

  /// Makes `folder` a copy, owners and rights included.
  nonisolated func copy(to folder: String) async throws {
    let archive = try await archive()
    try makeFolder(folder)
    // By way of /proc each reader has a position of its own.
    try await run(["tar", "-xpf", "/proc/\(getpid())/fd/\(archive.rawValue)", "-C", folder])
  }

  /// An archive without a name, which goes away with the test process however that ends.
  private func archive() async throws -> FileDescriptor {
    if let archive { return try await archive.value }
    let task = Task { [fill] in
      let scratch = NSTemporaryDirectory() + "tisbackup-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: scratch) }
      try makeFolder("\(scratch)/data")
      try await fill("\(scratch)/data")
      try await run(["tar", "-cSf", "\(scratch)/tar", "-C", "\(scratch)/data", "."])
      return try FileDescriptor.open("\(scratch)/tar", .readOnly, options: .closeOnExec)
    }
    archive = task
    return try await task.value
  }
}

/// Runs a program that has to succeed; gives what it printed.
@discardableResult
func run(_ line: [String], input: String = "") async throws -> String {
  let result = try await program(line, input: input)
  guard result.status == 0 else {
    throw ServerError.failed("\(line[0]) ended with \(result.status): \(result.stderr)")
  }
  return result.stdout
}
