import CLinux
import Glibc

/// Lets the owner into a folder that forbids it: a backup keeps modes, and they bind whoever removes
/// it without being root.
enum FolderPermit {
  /// An open folder.
  static func give(_ folder: Int32) {
    var status = stat()
    guard fstat(folder, &status) == 0, status.st_mode & 0o700 != 0o700 else { return }
    fchmod(folder, status.st_mode & 0o7777 | 0o700)
  }

  /// One that cannot even be opened; by a descriptor, so that a link which somebody puts in its place
  /// is not followed.
  static func give(_ name: [CChar], in parent: Int32) {
    let path = Int32(tis_open_path)
    let found = openat(parent, name, path | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard found >= 0 else { return }
    defer { close(found) }
    var status = stat()
    guard fstat(found, &status) == 0 else { return }
    chmod("/proc/self/fd/\(found)", status.st_mode & 0o7777 | 0o700)
  }
}
