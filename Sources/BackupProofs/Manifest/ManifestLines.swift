import Glibc
import TISBackupCore

/// The lines of a manifest by where they begin in its file, for threads to read and to complete.
struct ManifestLines: Sendable {
  let file: FileHandle
  let path: String

  func entry(at offset: Int) throws(BackupError) -> ManifestEntry {
    var length = 512
    while true {
      let bytes = try read(length, at: offset)
      if let end = bytes.firstIndex(of: 0x0a) {
        guard let entry = ManifestEntry(line: bytes[..<end]) else { break }
        return entry
      }
      guard bytes.count == length else { break }
      length *= 8
    }
    throw .damagedManifest(path)
  }

  func set(_ digest: SHA256.Digest, at offset: Int) throws(BackupError) {
    try write(digest.hexBytes, at: offset + entry(at: offset).digestOffset)
  }

  /// As many bytes as there are, at most `length`.
  func read(_ length: Int, at offset: Int) throws(BackupError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: length)
    var done = 0
    while done < length {
      let count = bytes[done...].withUnsafeMutableBytes {
        pread(file.value, $0.baseAddress, $0.count, off_t(offset + done))
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .system("cannot read '\(path)'") }
      if count == 0 { break }
      done += count
    }
    bytes.removeLast(length - done)
    return bytes
  }

  func write(_ bytes: [UInt8], at offset: Int) throws(BackupError) {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        pwrite(file.value, $0.baseAddress, $0.count, off_t(offset + done))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .system("cannot write '\(path)'") }
      done += count
    }
  }

  /// The SHA-256 of the bytes before `end`, and how many newlines are among them.
  func sum(upTo end: Int) throws(BackupError) -> (digest: SHA256.Digest, newlines: Int) {
    let stream = try SHA256()
    var (offset, newlines) = (0, 0)
    while offset < end {
      let bytes = try read(min(1 << 18, end - offset), at: offset)
      guard !bytes.isEmpty else { throw .damagedManifest(path) }
      bytes.withUnsafeBytes { stream.update($0) }
      for byte in bytes where byte == 0x0a { newlines += 1 }
      offset += bytes.count
    }
    return (stream.finish(), newlines)
  }
}

extension BackupError {
  /// Nothing can be compared with such a manifest, which says nothing of the backup.
  static func damagedManifest(_ path: String) -> BackupError {
    BackupError(.storage, .damaged(path), hint: .runAgain)
  }
}

extension BackupError.Message {
  fileprivate static func damaged(_ path: String) -> Self {
    "the manifest '\(path)' is cut short or damaged"
  }
  fileprivate static let runAgain: Self =
    "Look at that disk: 'dmesg', 'smartctl -a'; the next backup has a manifest of its own."
}
