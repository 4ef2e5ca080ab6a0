import Glibc
import TISBackupCore

/// Adds up what is in a tree.
struct TreeMeasure: TreeVisitor {
  struct Count: Sendable {
    var files: Int64 = 0
    var bytes: Int64 = 0
    /// The sizes of what has several names, by its inode.
    var shared: [ino_t: Int64] = [:]
  }

  let start = Count()
  let takesApart = false

  func visit(
    _ name: UnsafePointer<CChar>, in folder: Int32, _ count: inout Count, path: () -> String
  ) throws(BackupError) {
    var status = stat()
    // A name that is gone meanwhile is nobody's trouble.
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
    count.files += 1
    if status.st_nlink > 1 {
      count.shared[status.st_ino] = Int64(status.st_size)
    } else {
      count.bytes += Int64(status.st_size)
    }
  }

  func leave(
    _ name: UnsafePointer<CChar>, in folder: Int32, blocks: Int64, _ count: inout Count,
    path: () -> String
  ) throws(BackupError) {
    count.files += 1
  }

  func meetMount(path: () -> String) throws(BackupError) {}
}

extension FileTree {
  /// How much is in a tree, each inode counted once, as `du -sb` does but for folders, which have no
  /// size of their own here.
  ///
  /// Throws `.interrupted` when this task is cancelled.
  package static func measure(_ root: String, workers: Int = workers) throws(BackupError) -> (
    files: Int64, bytes: Int64
  ) {
    let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("cannot read the folder '\(root)'") }
    let counts = try FolderCrew(descriptor, path: root, TreeMeasure())
      .run(workers: workers) { (_) throws(BackupError) in try goOn(in: root) }
    let shared = counts.map(\.shared).reduce(into: [:]) { $0.merge($1) { one, _ in one } }
    return (
      counts.map(\.files).reduce(0, +),
      counts.map(\.bytes).reduce(0, +) + shared.values.reduce(0, +)
    )
  }
}
