import CZlib
import Glibc
import OutsideWorld
import TISBackupCore

/// A gzip file while it is written: its header, what its trailer needs, and what reads it back.
///
/// One thread has it at a time: the worker whose turn it is to write, then whoever ends the file.
final class GzipFile: @unchecked Sendable {
  private let descriptor: FileHandle
  private let path: String
  /// Bytes of the stream, and their CRC-32, for the trailer.
  private var (bytes, checksum): (Int64, UInt) = (0, 0)
  /// Bytes of the file, and their CRC-32, for reading it back.
  private var (fileBytes, fileChecksum): (Int64, UInt) = (0, 0)

  init(path: String, level: Int) throws(BackupError) {
    self.path = path
    let opened = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw .system("cannot make '\(path)'") }
    descriptor = FileHandle(opened)
    // RFC 1952, 2.3: magic, deflate, no flags, no time, how hard it was tried, Unix.
    let effort: UInt8 = level == 9 ? 2 : level == 1 ? 4 : 0
    try write([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, effort, 3])
  }

  func append(_ block: GzipBlock) throws(BackupError) {
    checksum = crc32_combine(checksum, block.checksum, block.count)
    bytes += Int64(block.count)
    try write(UnsafeRawBufferPointer(block.compressed))
  }

  /// Writes the trailer, waits for the disk, and compares what is there with what was written.
  func end() throws(BackupError) -> GzipWriter.Content {
    // An empty last block (RFC 1951, 3.2.6), then checksum and length, low bytes first.
    var trailer: [UInt8] = [3, 0]
    for value in [UInt32(truncatingIfNeeded: checksum), UInt32(truncatingIfNeeded: bytes)] {
      trailer += (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    try write(trailer)
    guard fsync(descriptor.value) == 0 else { throw .system("cannot sync '\(path)'") }
    try readBack()
    return GzipWriter.Content(bytes: bytes, compressedBytes: fileBytes)
  }

  /// Gives the room back that it took.
  func empty() { descriptor.empty() }

  /// Reads the file from the disk, and compares it with what was written.
  ///
  /// Not with what went in: that would be to inflate all of it, a tenth of the whole time, and show
  /// nothing of the disk that this does not. `tisbackup-verify` does that.
  private func readBack() throws(BackupError) {
    // What was just written is still in memory: the proof is of the disk.
    posix_fadvise(descriptor.value, 0, 0, Int32(POSIX_FADV_DONTNEED))
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var (offset, found): (Int64, UInt) = (0, 0)
    while true {
      let count = pread(descriptor.value, &buffer, buffer.count, off_t(offset))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .system("cannot read '\(path)' back") }
      if count == 0 { break }
      found = crc32(found, buffer, uInt(count))
      offset += Int64(count)
    }
    guard offset == fileBytes, found == fileChecksum else {
      throw BackupError(.storage, .different(path), hint: .look)
    }
  }

  private func write(_ bytes: [UInt8]) throws(BackupError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(BackupError) in try write(bytes) }
    }
    try result.get()
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(BackupError) {
    if let problem = descriptor.write(bytes) {
      throw .system("cannot write '\(path)'", errno: problem)
    }
    fileBytes += Int64(bytes.count)
    fileChecksum = crc32(
      fileChecksum, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), uInt(bytes.count))
  }
}

extension BackupError.Message {
  fileprivate static func different(_ path: String) -> Self {
    "'\(path)' reads back as something else than was written"
  }
  fileprivate static let look: Self =
    "Look at that disk and at the memory: 'dmesg', 'smartctl -a'."
}
