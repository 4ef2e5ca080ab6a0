import Glibc
import OutsideWorld
import TISBackupCore

/// The folders in which the programs of a database server are looked for, best first.
package struct ProgramPath: Sendable {
  package var folders: [String]

  package init(folders: [String]) { self.folders = folders }

  /// Those of this machine: the newest PostgreSQL of Debian, the PATH, and where daemons are.
  package static func live() -> ProgramPath {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return ProgramPath(
      folders: debianFolders() + path.split(separator: ":").map { String($0) }
        + ["/usr/local/sbin", "/usr/sbin", "/usr/libexec"])
  }

  /// The path of the first program there is of these names.
  func find(_ names: String...) -> String? {
    for name in names {
      for folder in folders where access("\(folder)/\(name)", X_OK) == 0 {
        return "\(folder)/\(name)"
      }
    }
    return nil
  }

  /// Debian keeps the servers of all majors side by side, and off the PATH.
  private static func debianFolders() -> [String] {
    let root = "/usr/lib/postgresql"
    let majors = DiskLayout.names(in: root).compactMap { Int($0) }
    return majors.sorted(by: >).map { "\(root)/\($0)/bin" }
  }
}
