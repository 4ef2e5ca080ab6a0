import Glibc
import TISBackupCore

/// The folder that this program lies in, and the other tools beside it.
enum ToolFolder {
  static var own: String {
    let path = DiskPath.resolved("/proc/self/exe") ?? CommandLine.arguments[0]
    return DiskPath.parent(of: path)
  }
}
