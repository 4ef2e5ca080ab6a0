import BackupProofs
import Glibc
import TISBackupCore

/// The SHA-256 of one file, by its path below some root; names are bytes.
struct FileSum: Hashable, Sendable {
  var path: [UInt8]
  var digest: SHA256.Digest

  var shownPath: String { String(decoding: path, as: UTF8.self) }
}

/// The SHA-256 of every regular file below a folder.
struct FileSums {
  let root: String
  /// The only file to look at, by its name; nil for all.
  let only: String?
  /// Whether the disk is to be proven, and not what memory holds of it.
  var readsDisk = false

  /// Of all of them; sorted by path.
  func compute() async throws(BackupError) -> [FileSum] { try await compute(files()) }

  /// Of these, by their paths and sizes; sorted by path.
  func compute(_ files: [(path: [UInt8], size: Int64)]) async throws(BackupError) -> [FileSum] {
    do throws(BackupError) {
      let digests = try await FileDigests.compute(files, below: root, readsDisk: readsDisk)
      return zip(files, digests).map { FileSum(path: $0.path, digest: $1) }
        .sorted { $0.path.lexicographicallyPrecedes($1.path) }
    } catch {
      guard error.code == .storage else { throw error }
      throw BackupError(.unproven, .unreadable(root, error.message.text), hint: error.hint)
    }
  }

  private func files() throws(BackupError) -> [(path: [UInt8], size: Int64)] {
    if let only { return [(Array(only.utf8), 0)] }
    var files: [(path: [UInt8], size: Int64)] = []
    try FileTree.walk(root) { (entry, visit) throws(BackupError) in
      if visit == .enter && entry.isFile { files.append((entry.path, Int64(entry.status.st_size))) }
    }
    return files
  }
}

extension BackupError.Message {
  fileprivate static func unreadable(_ root: String, _ reason: String) -> Self {
    "cannot prove the files of '\(root)': \(reason)"
  }
}
