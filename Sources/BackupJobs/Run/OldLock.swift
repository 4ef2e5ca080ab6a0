import Glibc
import TISBackupCore

/// The lock of the old program: a file `lock` whose first line is `pid=N`.
enum OldLock {
  /// The process that holds it, if it is still there.
  static func holder(in folder: String) -> Int32? {
    let path = "\(folder)/\(DiskLayout.oldLockName)"
    guard let text = try? SmallFile.text(at: path, limit: 4096),
      let line = text.split(whereSeparator: \.isNewline).first, line.hasPrefix("pid="),
      let pid = Int32(line.dropFirst(4).filter { $0 != " " }), pid > 0
    else { return nil }
    return kill(pid, 0) == 0 || errno == EPERM ? pid : nil
  }
}
