import Glibc
import TISBackupCore

extension FileTree.Entry {
  /// A backup that is one file, as a visit of it would give it; its folder is not open.
  init(itself path: String, _ status: stat) {
    let name = path.utf8CString
    self.init(folder: AT_FDCWD, name: Array(name), path: ManifestEntry.itself, status: status)
  }

  /// The SHA-256 of what a symbolic link points to.
  func linkDigest() throws(BackupError) -> SHA256.Digest {
    // As long as any target may be (PATH_MAX).
    var target = [CChar](repeating: 0, count: 4096)
    let count = readlinkat(folder, name, &target, target.count)
    guard count >= 0 else {
      throw .system("cannot read the link '\(String(decoding: path, as: UTF8.self))'")
    }
    return try SHA256.digest(of: target[..<count].map { UInt8(bitPattern: $0) })
  }
}
