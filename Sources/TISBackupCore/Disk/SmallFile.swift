import CLinux
import Glibc

/// Reads and writes files that fit in memory, without Foundation.
package enum SmallFile {
  /// All bytes of a file, at most `limit` of them.
  package static func bytes(at path: String, limit: Int) throws(BackupError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw .system("cannot read '\(path)'") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < limit {
      let count = read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .system("cannot read '\(path)'") }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }

  /// The text of a file, with anything that is not UTF-8 replaced.
  package static func text(at path: String, limit: Int) throws(BackupError) -> String {
    String(decoding: try bytes(at: path, limit: limit), as: UTF8.self)
  }

  /// Writes a file so that a reader, or a power cut, finds the old content or the new, whole.
  ///
  /// The bytes go to a name beside it and are synced before that name takes the place; then the
  /// folder is synced, so that the rename itself lasts. What nobody needs after a power cut need not
  /// be synced: a reader still finds one of the two.
  package static func write(
    _ bytes: some Collection<UInt8>, to path: String, mode: mode_t = 0o600, isSynced: Bool = true
  ) throws(BackupError) {
    let beside = path + ".new"
    unlink(beside)
    let descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .system("cannot create '\(beside)'") }
    let isWritten = writeAll(Array(bytes), to: descriptor) && (!isSynced || fsync(descriptor) == 0)
    let problem = errno
    close(descriptor)
    guard isWritten, rename(beside, path) == 0 else {
      let cause = isWritten ? errno : problem
      unlink(beside)
      throw .system("cannot write '\(path)'", errno: cause)
    }
    if isSynced { syncFolder(DiskPath.parent(of: path)) }
  }

  /// Writes a file that is not there yet, and that nobody reads before it has its final name.
  package static func create(
    _ bytes: some Collection<UInt8>, at path: String, mode: mode_t = 0o600
  ) throws(BackupError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .system("cannot create '\(path)'") }
    let isWritten = writeAll(Array(bytes), to: descriptor)
    let problem = errno
    close(descriptor)
    guard isWritten else {
      unlink(path)
      throw .system("cannot write '\(path)'", errno: problem)
    }
  }

  /// Makes the names in a folder last through a power cut.
  package static func syncFolder(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Waits until everything written to the file system of a folder is on its disk.
  package static func syncFileSystem(of folder: String) throws(BackupError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("cannot read the folder '\(folder)'") }
    defer { close(descriptor) }
    guard syncfs(descriptor) == 0 else { throw .system("cannot sync '\(folder)'") }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      offset += count
    }
    return true
  }
}

extension BackupError {
  /// A failed call to the system: what we were doing, and why the kernel refused.
  package static func system(_ doing: String, errno code: Int32 = errno) -> BackupError {
    BackupError(.storage, Message("\(doing): \(String(cString: strerror(code)))"), hint: hint(code))
  }

  private static func hint(_ code: Int32) -> Message? {
    switch code {
    case EACCES, EPERM: Message("Run as root, or as the user who owns that path.")
    case ENOSPC, EDQUOT: "Free space there, or run tisbackup-cleanup."
    case EROFS: "The file system is mounted read-only; see dmesg for the reason."
    default: nil
    }
  }
}
