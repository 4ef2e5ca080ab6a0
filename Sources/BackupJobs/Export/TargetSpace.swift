import Glibc
import TISBackupCore

/// What a target has room for, and in what steps it gives it away.
package struct TargetSpace: Sendable, Equatable {
  /// Bytes that are free.
  package var bytes: Int64
  /// Names that may still be made; nil where the file system has no fixed number of them.
  package var inodes: Int64?
  /// Bytes of a block: every file takes whole ones.
  package var block: Int64

  package init(bytes: Int64, inodes: Int64? = nil, block: Int64 = 1) {
    (self.bytes, self.inodes, self.block) = (bytes, inodes, max(1, block))
  }

  /// Asks the file system of a folder (statvfs(3)).
  package static func of(_ folder: String) throws(BackupError) -> TargetSpace {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { throw .system("cannot look at '\(folder)'") }
    let block = Int64(clamping: UInt64(status.f_frsize))
    return TargetSpace(
      bytes: Int64(
        clamping: UInt64(status.f_bavail).multipliedReportingOverflow(
          by: UInt64(status.f_frsize)
        ).partialValue),
      // btrfs, FAT and exFAT have none; they make what they need.
      inodes: status.f_files == 0 ? nil : Int64(clamping: UInt64(status.f_favail)), block: block)
  }

  /// Whether not even a few small files can be made.
  var isUsedUp: Bool { bytes < 16 * block || inodes.map { $0 < 16 } ?? false }

  /// Bytes that so much content takes.
  func taken(by bytes: Int64) -> Int64 { (bytes + block - 1) / block * block }
}
