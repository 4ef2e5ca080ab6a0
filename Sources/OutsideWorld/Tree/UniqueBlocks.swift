import CLinux
import Glibc
import TISBackupCore

/// What a disk gets back when trees are removed one after the other.
///
/// Of the hard links that backups share, only the last one gives anything back, so each tree is
/// looked at in the order in which they go. Of snapshots of btrfs, which share blocks and not inodes,
/// what nobody shares counts alone: several that go together may give back more. Blocks that are
/// shared in other ways, as a reflink, are counted as if they were one's own.
package struct UniqueBlocks: Sendable {
  /// One file with several names.
  fileprivate struct Shared: Sendable {
    /// Names that nobody counted yet.
    var names: Int64
    /// Of 512 bytes.
    var blocks: Int64
  }

  /// By device and inode: sections may lie on different disks.
  private struct Identity: Hashable {
    var device: dev_t
    var inode: ino_t
  }

  private var shared: [Identity: Shared] = [:]

  package init() {}

  /// The bytes that the removal of this tree gives back, after all that were added before.
  ///
  /// A file is a tree as well. Throws `.interrupted` when this task is cancelled.
  package mutating func add(_ root: String) throws(BackupError) -> Int64 {
    var status = stat()
    guard lstat(root, &status) == 0 else { throw .system("cannot look at '\(root)'") }
    var blocks = Int64(status.st_blocks)
    guard status.st_mode & S_IFMT == S_IFDIR else {
      guard status.st_nlink > 1 else { return blocks * 512 }
      let own = Shared(names: Int64(status.st_nlink), blocks: blocks)
      return take(Identity(device: status.st_dev, inode: status.st_ino), own, seen: 1) * 512
    }
    let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("cannot read the folder '\(root)'") }
    let count = BlockCount(isSnapshot: Subvolume.isOne(descriptor))
    let counts = try FolderCrew(descriptor, path: root, count)
      .run(workers: FileTree.workers) { (_) throws(BackupError) in try FileTree.goOn(in: root) }
    for count in counts {
      blocks += count.blocks
      for (inode, found) in count.shared {
        blocks += take(Identity(device: status.st_dev, inode: inode), found.file, seen: found.seen)
      }
    }
    return blocks * 512
  }

  /// The blocks of a file of which so many more names go: none while some are left.
  private mutating func take(_ identity: Identity, _ file: Shared, seen: Int64) -> Int64 {
    var file = shared[identity] ?? file
    file.names -= seen
    shared[identity] = file
    return file.names <= 0 ? file.blocks : 0
  }
}

/// Adds up blocks, and the names of what has several.
private struct BlockCount: TreeVisitor {
  struct Count: Sendable {
    var blocks: Int64 = 0
    var shared: [ino_t: (file: UniqueBlocks.Shared, seen: Int64)] = [:]
  }

  let isSnapshot: Bool
  let start = Count()
  let takesApart = false

  func visit(
    _ name: UnsafePointer<CChar>, in folder: Int32, _ count: inout Count, path: () -> String
  ) throws(BackupError) {
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
    let blocks = isSnapshot ? unshared(name, in: folder, status) : Int64(status.st_blocks)
    guard status.st_nlink > 1 else {
      count.blocks += blocks
      return
    }
    let file = UniqueBlocks.Shared(names: Int64(status.st_nlink), blocks: blocks)
    count.shared[status.st_ino, default: (file, 0)].seen += 1
  }

  func leave(
    _ name: UnsafePointer<CChar>, in folder: Int32, blocks: Int64, _ count: inout Count,
    path: () -> String
  ) throws(BackupError) {
    count.blocks += blocks
  }

  func meetMount(path: () -> String) throws(BackupError) {}

  /// The blocks that go with a file of a snapshot; one that may not be read tells nothing of them.
  private func unshared(_ name: UnsafePointer<CChar>, in folder: Int32, _ status: stat) -> Int64 {
    guard status.st_mode & S_IFMT == S_IFREG, status.st_blocks > 0 else { return 0 }
    let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return 0 }
    defer { close(file) }
    return Int64(max(0, tis_unshared_bytes(file))) / 512
  }
}
