import Glibc
import TISBackupCore

/// What a copy takes of its target at most.
package struct CopyNeeds: Sendable, Equatable {
  package var bytes: Int64
  package var inodes: Int64

  package init(bytes: Int64 = 0, inodes: Int64 = 0) { (self.bytes, self.inodes) = (bytes, inodes) }

  package static func + (one: CopyNeeds, other: CopyNeeds) -> CopyNeeds {
    CopyNeeds(bytes: one.bytes + other.bytes, inodes: one.inodes + other.inodes)
  }

  /// Looks at every name of a backup, and at the older generation it will be linked to.
  ///
  /// A file that is there with the same size, time, owner and mode will be linked, and needs nothing;
  /// a folder always needs its own inode and block. What differs in extended attributes alone is
  /// taken for the same.
  static func of(_ source: String, linkedTo older: String?, on space: TargetSpace)
    throws(BackupError) -> CopyNeeds
  {
    var status = stat()
    guard stat(source, &status) == 0 else { throw .system("cannot look at '\(source)'") }
    // The folder of the generation, and for the first one that of the section.
    var needs = CopyNeeds(bytes: 2 * space.block, inodes: 2)
    guard status.st_mode & S_IFMT == S_IFDIR else {
      return needs + CopyNeeds(bytes: space.taken(by: Int64(status.st_size)), inodes: 1)
    }
    let folder = older.map { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) } ?? -1
    defer { if folder >= 0 { close(folder) } }
    var seen: Set<ino_t> = []
    try FileTree.walk(source) { (entry, visit) throws(BackupError) in
      guard visit == .enter else { return }
      guard !Task.isCancelled else { throw BackupError(.interrupted, .stopped(source)) }
      if !entry.isFolder, entry.status.st_nlink > 1, !seen.insert(entry.status.st_ino).inserted {
        return
      }
      if folder >= 0, !entry.isFolder, isThere(entry, below: folder) { return }
      needs.inodes += 1
      needs.bytes += space.taken(by: entry.isFolder ? 1 : content(of: entry))
    }
    return needs
  }

  private static func isThere(_ entry: FileTree.Entry, below folder: Int32) -> Bool {
    var older = stat()
    let path = entry.path.map { CChar(bitPattern: $0) } + [0]
    guard fstatat(folder, path, &older, AT_SYMLINK_NOFOLLOW) == 0 else { return false }
    let new = entry.status
    return older.st_size == new.st_size && older.st_mode == new.st_mode
      && older.st_uid == new.st_uid && older.st_gid == new.st_gid
      && older.st_mtim.tv_sec == new.st_mtim.tv_sec
      && older.st_mtim.tv_nsec == new.st_mtim.tv_nsec
  }

  /// Bytes of a file without its holes, which stay holes.
  ///
  /// Fewer blocks than bytes may be a file system that compresses, so the holes themselves are asked for.
  private static func content(of entry: FileTree.Entry) -> Int64 {
    let (size, stored) = (Int64(entry.status.st_size), Int64(entry.status.st_blocks) * 512)
    guard entry.isFile, stored < size else { return entry.isFile ? size : 1 }
    let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    let descriptor = openat(entry.folder, entry.name, flags)
    guard descriptor >= 0 else { return size }
    defer { close(descriptor) }
    let (data, hole) = (Int32(3), Int32(4))  // SEEK_DATA and SEEK_HOLE of lseek(2)
    var (content, position) = (Int64(0), Int64(0))
    while position < size {
      let start = Int64(lseek(descriptor, off_t(position), data))
      guard start >= 0 else { return errno == ENXIO ? content : size }
      let end = Int64(lseek(descriptor, off_t(start), hole))
      guard end > start else { return size }
      content += end - start
      position = end
    }
    return content
  }
}

extension BackupError.Message {
  fileprivate static func stopped(_ source: String) -> Self {
    "interrupted while the size of '\(source)' was counted"
  }
}
