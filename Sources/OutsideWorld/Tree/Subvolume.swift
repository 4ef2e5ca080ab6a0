import CLinux
import Glibc
import TISBackupCore

/// Subvolumes of btrfs: folders that can be copied whole in an instant, and removed as fast.
///
/// By the calls of the kernel (`linux/btrfs.h`), not by btrfs-progs: a name in an open folder cannot
/// be swapped for another on the way, as a path in the arguments of a program can.
package enum Subvolume {
  /// Whether there is a subvolume of this path; what a link leads to is none.
  package static func exists(_ path: String) -> Bool {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard folder >= 0 else { return false }
    defer { close(folder) }
    return isOne(folder)
  }

  /// Whether subvolumes can be made in a folder.
  package static func canBeMade(in folder: String) -> Bool {
    var system = statfs()
    return statfs(folder, &system) == 0 && isBtrfs(system)
  }

  /// Makes an empty one.
  package static func make(_ path: String) throws(BackupError) {
    let made = try inFolder(of: path) { folder, name in tis_subvolume_create(folder, name) }
    guard made == 0 else { throw .system("cannot make the subvolume '\(path)'") }
  }

  /// Copies one, whole or not at all, whatever happens meanwhile; `readOnly` lets nobody change the
  /// copy.
  package static func copy(_ source: String, to path: String, readOnly: Bool) throws(BackupError) {
    let opened = open(source, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else { throw .system("cannot read the subvolume '\(source)'") }
    defer { close(opened) }
    let made = try inFolder(of: path) { folder, name in
      tis_subvolume_snapshot(folder, name, opened, readOnly ? 1 : 0)
    }
    guard made == 0 else { throw .system("cannot make the snapshot '\(path)' of '\(source)'") }
  }

  /// Removes one with all that is in it; false when it is none, or this user may not.
  ///
  /// Who is not root may do so only where the file system is mounted with `user_subvol_rm_allowed`;
  /// his own one is then made writable, so that what is in it can be removed name by name.
  static func remove(_ name: UnsafePointer<CChar>, in folder: Int32) -> Bool {
    let opened = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else { return false }
    defer { close(opened) }
    guard isOne(opened) else { return false }
    if tis_subvolume_destroy(folder, name) == 0 { return true }
    _ = tis_subvolume_make_writable(opened)
    return false
  }

  /// Whether an open folder is the root of one: its inode has always the same number
  /// (`BTRFS_FIRST_FREE_OBJECTID`).
  static func isOne(_ folder: Int32) -> Bool {
    var status = stat()
    var system = statfs()
    return fstat(folder, &status) == 0 && fstatfs(folder, &system) == 0 && isBtrfs(system)
      && status.st_ino == ino_t(tis_subvolume_inode)
  }

  private static func isBtrfs(_ system: statfs) -> Bool {
    UInt32(truncatingIfNeeded: system.f_type) == UInt32(tis_btrfs_magic)
  }

  private static func inFolder(
    of path: String, _ body: (Int32, UnsafePointer<CChar>) -> Int32
  ) throws(BackupError) -> Int32 {
    let folder = open(DiskPath.parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw .system("cannot open the folder of '\(path)'") }
    let result = DiskPath.name(of: path).withCString { body(folder, $0) }
    let error = errno
    close(folder)
    errno = error
    return result
  }
}
