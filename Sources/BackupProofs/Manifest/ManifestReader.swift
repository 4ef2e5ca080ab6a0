import Glibc
import TISBackupCore

/// Reads the entries of a manifest in their order, once it has proven to be whole.
struct ManifestReader {
  let lines: ManifestLines
  let count: Int

  private let end: Int
  private var offset: Int
  private var chunk: [UInt8] = []
  private var position = 0

  /// Throws when the manifest is cut short or damaged in any way.
  init(path: String) throws(BackupError) {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("cannot read the manifest '\(path)'") }
    lines = ManifestLines(file: FileHandle(descriptor), path: path)
    var status = stat()
    fstat(descriptor, &status)
    let size = Int(status.st_size)
    let tailStart = max(0, size - ManifestFormat.trailerLimit)
    let tail = try lines.read(size - tailStart, at: tailStart)
    guard tail.last == 0x0a, let before = tail.dropLast().lastIndex(of: 0x0a) else {
      throw .damagedManifest(path)
    }
    end = tailStart + before + 1
    let header = Array(ManifestFormat.header.utf8)
    let sum = try lines.sum(upTo: end)
    // The first line is none of the entries.
    count = sum.newlines - 1
    guard try lines.read(header.count, at: 0) == header,
      ManifestFormat.trailer(count: count, sum.digest).elementsEqual(tail[(before + 1)...])
    else { throw .damagedManifest(path) }
    offset = header.count
  }

  /// The next entry and where its line begins; nil at the end.
  mutating func next() throws(BackupError) -> (offset: Int, entry: ManifestEntry)? {
    guard offset < end else { return nil }
    var line = chunk[position...]
    while true {
      if let newline = line.firstIndex(of: 0x0a) {
        line = line[..<newline]
        break
      }
      // The rest of the chunk, and what follows it.
      let known = Array(line)
      let more = try lines.read(
        min(1 << 18, end - offset - known.count), at: offset + known.count)
      guard !more.isEmpty else { throw .damagedManifest(lines.path) }
      (chunk, position) = (known + more, 0)
      line = chunk[...]
    }
    guard let entry = ManifestEntry(line: line) else { throw .damagedManifest(lines.path) }
    defer {
      position += line.count + 1
      offset += line.count + 1
    }
    return (offset, entry)
  }
}
