import Glibc
import TISBackupCore

/// A manifest while it is made: first every line, then the digests in their places, then the end.
///
/// Nothing of it is kept in memory but a buffer, however many files there are.
struct ManifestWriter {
  let lines: ManifestLines
  /// Lines that were added.
  private(set) var count = 0
  private var buffer: [UInt8] = []
  private var written = 0

  /// Makes the file, which must not be there.
  init(path: String) throws(BackupError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("cannot create '\(path)'") }
    lines = ManifestLines(file: FileHandle(descriptor), path: path)
    buffer = Array(ManifestFormat.header.utf8)
  }

  /// Adds a line; gives where it begins.
  mutating func add(_ entry: ManifestEntry) throws(BackupError) -> Int {
    let offset = written + buffer.count
    buffer += entry.line
    count += 1
    if buffer.count > 1 << 18 { try flush() }
    return offset
  }

  /// After this, lines can be read and digests set.
  mutating func flush() throws(BackupError) {
    try lines.write(buffer, at: written)
    written += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes the last line, and waits until all is on the disk.
  mutating func seal() throws(BackupError) {
    try flush()
    let sum = try lines.sum(upTo: written)
    buffer = ManifestFormat.trailer(count: count, sum.digest)
    try flush()
    guard fsync(lines.file.value) == 0 else { throw .system("cannot sync '\(lines.path)'") }
  }
}

/// The first and the last line of a manifest.
enum ManifestFormat {
  /// The first line, with the version of the format.
  static let header = "tisbackup manifest 1\n"
  /// More than any last line has.
  static let trailerLimit = 128

  /// `end COUNT DIGEST`: how many entries there are, and the SHA-256 of everything above.
  static func trailer(count: Int, _ digest: SHA256.Digest) -> [UInt8] {
    Array("end \(count) \(digest.hex)\n".utf8)
  }
}
