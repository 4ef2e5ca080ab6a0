import Glibc
import OutsideWorld
import TISBackupCore

/// The SHA-256 of one file, by its path below some root; names are bytes.
struct FileSum: Hashable, Sendable {
  var path: [UInt8]
  /// 64 hexadecimal digits.
  var digest: String

  var shownPath: String { String(decoding: path, as: UTF8.self) }
}

/// The SHA-256 of every regular file below a folder, computed by `sha256sum` of coreutils.
struct FileSums {
  let root: String
  /// The only file to look at, by its name; nil for all.
  let only: String?
  let world: World

  /// Sorted by path.
  func compute() async throws(BackupError) -> [FileSum] {
    let names = try paths()
    guard !names.isEmpty else { return [] }
    // The names may fill more than an argument vector: xargs reads them, separated by zeros, from
    // a file without a name of its own in the way.
    let list = try ScratchFile()
    let sums = try ScratchFile()
    try SmallFile.write(
      Array(names.map { [0x2e, 0x2f] + $0 }.joined(separator: [0])) + [0], to: list.path)
    var invocation = Invocation("xargs", ["-0", "sha256sum", "--zero", "--"])
    invocation.input = .file(list.path)
    invocation.outputPath = sums.path
    invocation.workingFolder = root
    let finished = try await world.run(invocation, nil)
    guard finished.succeeded else {
      throw BackupError(.unproven, .unreadable(root, finished.reason))
    }
    return try parse(try SmallFile.bytes(at: sums.path, limit: .max), expecting: names.count)
  }

  private func paths() throws(BackupError) -> [[UInt8]] {
    if let only { return [Array(only.utf8)] }
    var paths: [[UInt8]] = []
    try FileTree.walk(root) { (entry, visit) throws(BackupError) in
      if visit == .enter && entry.isFile { paths.append(entry.path) }
    }
    return paths
  }

  /// Lines of `digest  ./path`, each ended by a zero.
  private func parse(_ bytes: [UInt8], expecting count: Int) throws(BackupError) -> [FileSum] {
    let sums = bytes.split(separator: 0).compactMap { line -> FileSum? in
      guard line.count > 68, line.dropFirst(64).prefix(4) == [0x20, 0x20, 0x2e, 0x2f] else {
        return nil
      }
      return FileSum(
        path: Array(line.dropFirst(68)), digest: String(decoding: line.prefix(64), as: UTF8.self))
    }
    guard sums.count == count else {
      throw BackupError(.unproven, .unreadable(root, "\(sums.count) of \(count) files were read"))
    }
    return sums.sorted { $0.path.lexicographicallyPrecedes($1.path) }
  }
}

extension BackupError.Message {
  fileprivate static func unreadable(_ root: String, _ reason: String) -> Self {
    "cannot prove the files of '\(root)': \(reason)"
  }
}
