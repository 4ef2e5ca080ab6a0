import Glibc
import TISBackupCore

extension SHA256 {
  /// What a file was found to hold.
  struct Content: Sendable {
    var digest: Digest
    var bytes: Int64
  }

  /// Bytes that are read at once.
  private static let chunk = 256 << 10
  /// O_NOATIME of open(2), which needs _GNU_SOURCE, which Swift's Glibc module is built without.
  private static let noAccessTime: Int32 = 0o1_000_000

  /// The digest of a regular file, by its zero-terminated name in an open folder.
  package static func digest(ofFileIn folder: Int32, name: [CChar]) throws(BackupError) -> Digest {
    let stream = try SHA256()
    do throws(Unread) {
      return try stream.content(ofFileIn: folder, name: name).digest
    } catch {
      let bytes = name.dropLast().map { UInt8(bitPattern: $0) }
      throw error.error(about: String(decoding: bytes, as: UTF8.self))
    }
  }

  /// Reads a regular file; what memory holds of it is dropped first where the disk is to be proven.
  func content(
    ofFileIn folder: Int32, name: [CChar], fromDisk: Bool = false,
    isStopped: () -> Bool = { false }
  ) throws(Unread) -> Content {
    let file = FileHandle(try Self.open(folder, name))
    var status = stat()
    guard fstat(file.value, &status) == 0 else { throw Unread(code: errno) }
    // Somebody put something else there meanwhile: it may be without end.
    guard status.st_mode & S_IFMT == S_IFREG else { throw Unread(code: ESTALE) }
    if fromDisk { posix_fadvise(file.value, 0, 0, Int32(POSIX_FADV_DONTNEED)) }
    let size = Int(clamping: max(0, Int64(status.st_size)))
    if size > Self.chunk { posix_fadvise(file.value, 0, 0, Int32(POSIX_FADV_SEQUENTIAL)) }
    // One byte more, so that the end of a small file is seen by the read after it.
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(size, Self.chunk - 1) + 1, alignment: 16)
    defer { buffer.deallocate() }
    restart()
    var bytes: Int64 = 0
    while true {
      if isStopped() { throw Unread(code: ECANCELED) }
      let count = read(file.value, buffer.baseAddress, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Unread(code: errno) }
      guard count > 0 else { return Content(digest: finish(), bytes: bytes) }
      update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      bytes += Int64(count)
    }
  }

  /// Without O_NONBLOCK, a pipe put in the place of the file would be waited for.
  private static func open(_ folder: Int32, _ name: [CChar]) throws(Unread) -> Int32 {
    let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    var descriptor = openat(folder, name, flags | noAccessTime)
    // Only its owner and root may read a file without leaving a trace.
    if descriptor < 0 && errno == EPERM { descriptor = openat(folder, name, flags) }
    guard descriptor >= 0 else { throw Unread(code: errno) }
    return descriptor
  }
}

/// Why a file could not be read, in the words of `errno(3)`.
struct Unread: Error {
  var code: Int32

  /// Whether it was only forbidden to this user.
  var isForbidden: Bool { code == EACCES || code == EPERM }
  var reason: String { String(cString: strerror(code)) }

  func error(about path: String) -> BackupError {
    code == ECANCELED
      ? BackupError(.interrupted, .interrupted(path))
      : .system("cannot read '\(path)'", errno: code)
  }

  /// The same of what is to be proven: what a disk cannot read back is as lost as what is damaged;
  /// anything else says nothing of it.
  func proofError(about path: String) -> BackupError {
    var error = error(about: path)
    if code == EIO { error.code = .unproven }
    return error
  }
}

extension BackupError.Message {
  fileprivate static func interrupted(_ path: String) -> Self {
    "interrupted while '\(path)' was read"
  }
}
