import Glibc
import TISBackupCore

/// The programs that have something open on a file system, as `fuser -m` would find them.
enum DiskUsers {
  /// `rsync (4711), bash (99)`; empty where nobody can be seen.
  static func names(of point: String) -> String {
    DiskLayout.names(in: "/proc").filter { $0.allSatisfy(\.isNumber) }
      .filter { pid in uses(point, "/proc/\(pid)") }
      .map { pid in
        let name = (try? SmallFile.text(at: "/proc/\(pid)/comm", limit: 64)) ?? ""
        return "\(ExportDisk.clean(name)) (\(pid))"
      }
      .joined(separator: ", ")
  }

  private static func uses(_ point: String, _ process: String) -> Bool {
    let open = DiskLayout.names(in: "\(process)/fd").map { "fd/\($0)" }
    return (["cwd", "root", "exe"] + open).contains { link in
      guard let target = target(of: "\(process)/\(link)") else { return false }
      return target == point || target.hasPrefix(point + "/")
    }
  }

  private static func target(of link: String) -> String? {
    var bytes = [CChar](repeating: 0, count: 4096)
    let count = readlink(link, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
