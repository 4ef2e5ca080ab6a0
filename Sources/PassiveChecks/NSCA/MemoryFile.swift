import Glibc
import TISBackupCore

/// A file that is in memory alone, which a program we run can open by its path.
///
/// Only this user's processes may follow that path, and it ends with this value.
final class MemoryFile: Sendable {
  private let descriptor: Int32

  init(_ bytes: [UInt8]) throws(BackupError) {
    descriptor = try ScratchFile.inMemory()
    let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written == bytes.count else { throw .system("cannot write to memory") }
  }

  deinit { close(descriptor) }

  var path: String { "/proc/\(getpid())/fd/\(descriptor)" }
}
