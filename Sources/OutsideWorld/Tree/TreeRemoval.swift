import Glibc
import TISBackupCore

/// Takes a tree apart, names first, then the folders they were in.
struct TreeRemoval: TreeVisitor {
  struct Count: Sendable {
    var names: Int64 = 0
    /// Blocks of 512 bytes that no other name holds.
    var blocks: Int64 = 0
  }

  let start = Count()
  let takesApart = true

  func visit(
    _ name: UnsafePointer<CChar>, in folder: Int32, _ count: inout Count, path: () -> String
  ) throws(BackupError) {
    var status = stat()
    let isFound = fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0
    guard unlinkat(folder, name, 0) == 0 else {
      if errno == ENOENT { return }
      throw .system("cannot remove '\(path())'")
    }
    count.names += 1
    // Two names of one file that go at the very same moment may both leave it to the other.
    if isFound, status.st_nlink == 1 { count.blocks += Int64(status.st_blocks) }
  }

  func leave(
    _ name: UnsafePointer<CChar>, in folder: Int32, blocks: Int64, _ count: inout Count,
    path: () -> String
  ) throws(BackupError) {
    guard unlinkat(folder, name, AT_REMOVEDIR) == 0 || HiddenNames.leave(name, in: folder) else {
      if errno == ENOENT { return }
      throw .system("cannot remove '\(path())'")
    }
    count.names += 1
    count.blocks += blocks
  }

  func meetMount(path: () -> String) throws(BackupError) {
    throw BackupError(.storage, .isMount(path()), hint: .unmount(path()))
  }
}

extension FileTree {
  /// What was removed.
  package struct Removed: Sendable, Equatable {
    /// Files and folders, and whatever else has a name.
    package var names: Int64 = 0
    /// What that gave back to the disk: the blocks that no other name holds.
    package var bytes: Int64 = 0

    package init(names: Int64 = 0, bytes: Int64 = 0) { (self.names, self.bytes) = (names, bytes) }

    package static func += (one: inout Removed, other: Removed) {
      one.names += other.names
      one.bytes += other.bytes
    }
  }

  /// How many folders are worked on at once: while one thread waits for the disk, another goes on.
  package static let workers = max(2, min(8, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Removes a folder and everything in it, or a file; what is not there is nobody's trouble.
  ///
  /// A subvolume of btrfs goes at once, and counts as one name: what it shared with others only btrfs
  /// knows. Anything else goes by descriptors, from the folder that holds `root` on: no link is followed, and other file
  /// systems are an error. Safe to stop at any instant: what is left is still below `root`, which the
  /// caller has renamed to a name that nothing takes for a backup. `stops` throws `.interrupted` half
  /// way when this task is cancelled, for a large one may take hours; what tidies up after a cancelled
  /// task must not. `progress` hears of the number of names gone so far, a few times each second.
  @discardableResult
  package static func remove(
    _ root: String, stops: Bool = false, workers: Int = workers,
    progress: (Int64) -> Void = { _ in }
  ) throws(BackupError) -> Removed {
    let (parent, name) = (DiskPath.parent(of: root), DiskPath.name(of: root))
    let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else {
      if errno == ENOENT { return Removed() }
      throw .system("cannot remove '\(root)'")
    }
    defer { close(folder) }
    if name.withCString({ Subvolume.remove($0, in: folder) }) { return Removed(names: 1) }
    var count = TreeRemoval.Count()
    guard let opened = try openRoot(root, name, in: folder, &count) else {
      return Removed(names: count.names, bytes: count.blocks * 512)
    }
    var status = stat()
    fstat(opened, &status)
    let crew = FolderCrew(opened, path: root, TreeRemoval())
    let counts = try crew.run(workers: workers) { (names) throws(BackupError) in
      progress(names)
      if stops { try goOn(in: root) }
    }
    let removal = TreeRemoval()
    for other in counts {
      count.names += other.names
      count.blocks += other.blocks
    }
    try removal.leave(name, in: folder, blocks: Int64(status.st_blocks), &count) { root }
    return Removed(names: count.names, bytes: count.blocks * 512)
  }

  /// The descriptor of a folder that is to be removed; nil for anything else, which is removed.
  private static func openRoot(
    _ root: String, _ name: String, in folder: Int32, _ count: inout TreeRemoval.Count
  ) throws(BackupError) -> Int32? {
    let how = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    var opened = openat(folder, name, how)
    if opened < 0, errno == EACCES {
      FolderPermit.give(Array(name.utf8CString), in: folder)
      opened = openat(folder, name, how)
    }
    guard opened < 0 else {
      FolderPermit.give(opened)
      return opened
    }
    switch errno {
    case ENOENT: return nil
    case ENOTDIR, ELOOP: break
    default: throw .system("cannot remove '\(root)'")
    }
    try TreeRemoval().visit(name, in: folder, &count) { root }
    return nil
  }

  static func goOn(in root: String) throws(BackupError) {
    guard !Task.isCancelled else { throw BackupError(.interrupted, .stopped(in: root)) }
  }
}

extension BackupError.Message {
  fileprivate static func stopped(in root: String) -> Self {
    "stopped on its way through '\(root)'"
  }
  fileprivate static func isMount(_ path: String) -> Self {
    "another file system is mounted on '\(path)', and is left alone"
  }
  fileprivate static func unmount(_ path: String) -> Self {
    "Unmount it, then remove again: umount '\(path)'"
  }
}
