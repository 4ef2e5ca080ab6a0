import Glibc
import TISBackupCore

/// The names in one open folder, in the order of their inodes.
///
/// In that order the file systems of today read and write their tables of inodes from front to back;
/// the order of the names themselves is that of a hash, and random on the disk.
struct FolderNames {
  private struct Name {
    var inode: UInt64
    var offset: Int
    /// `d_type`, which may be unknown.
    var type: UInt8
  }

  /// All names, each with its zero, in one piece: a folder may hold a million.
  private var bytes: [CChar] = []
  private var names: [Name] = []

  /// Throws what the system says; `path` is for its message.
  init(_ descriptor: Int32, path: String) throws(BackupError) {
    // The stream owns a second descriptor, so that the first serves the visits after it.
    guard let stream = fdopendir(dup(descriptor)) else {
      throw .system("cannot read the folder '\(path)'")
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          guard strcmp(name, ".") != 0, strcmp(name, "..") != 0 else { return }
          names.append(
            Name(
              inode: UInt64(entry.pointee.d_ino), offset: bytes.count, type: entry.pointee.d_type))
          bytes.append(contentsOf: UnsafeBufferPointer(start: name, count: strlen(name) + 1))
        }
      }
    }
    names.sort { $0.inode < $1.inode }
  }

  var count: Int { names.count }

  /// Gives every name to `body`, and whether it is that of a folder.
  func forEach(
    in folder: Int32, _ body: (UnsafePointer<CChar>, Bool) throws(BackupError) -> Void
  ) throws(BackupError) {
    let result: Result<Void, BackupError> = bytes.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return .success(()) }
      do throws(BackupError) {
        for name in names {
          let text = start + name.offset
          try body(text, Self.isFolder(name.type, text, folder))
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  private static func isFolder(_ type: UInt8, _ name: UnsafePointer<CChar>, _ folder: Int32) -> Bool
  {
    if type != UInt8(DT_UNKNOWN) { return type == UInt8(DT_DIR) }
    var status = stat()
    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0
      && status.st_mode & S_IFMT == S_IFDIR
  }
}
