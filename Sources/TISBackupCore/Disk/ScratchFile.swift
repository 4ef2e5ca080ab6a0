import CLinux
import Glibc

/// A file of our own in the temporary folder, removed with this value.
package final class ScratchFile: Sendable {
  package let path: String

  package init() throws(BackupError) {
    let made = try Self.make()
    close(made.descriptor)
    path = made.path
  }

  deinit { unlink(path) }

  /// A descriptor of a file that has no name any more, for reading and writing.
  package static func nameless() throws(BackupError) -> Int32 {
    let made = try make()
    unlink(made.path)
    return made.descriptor
  }

  /// A descriptor of a file that is in memory alone, for what should not reach a disk.
  package static func inMemory() throws(BackupError) -> Int32 {
    let closeOnExec: UInt32 = 1  // MFD_CLOEXEC of memfd_create(2)
    let descriptor = memfd_create("tisbackup", closeOnExec)
    guard descriptor >= 0 else { throw .system("cannot make a file in memory") }
    return descriptor
  }

  private static func make() throws(BackupError) -> (descriptor: Int32, path: String) {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/tisbackup-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
      throw .system("cannot make a file in '\(folder)'")
    }
    return (
      descriptor, String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    )
  }
}
