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

  /// A descriptor of a file without a name, for reading and writing.
  ///
  /// It never has one where the file system can do that, so that nothing is left however this process
  /// ends.
  package static func nameless() throws(BackupError) -> Int32 {
    let hasNoName = 0o20000000 | O_DIRECTORY  // O_TMPFILE of open(2)
    let descriptor = open(folder, hasNoName | O_RDWR | O_CLOEXEC, 0o600)
    if descriptor >= 0 { return descriptor }
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

  private static var folder: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

  private static func make() throws(BackupError) -> (descriptor: Int32, path: String) {
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
