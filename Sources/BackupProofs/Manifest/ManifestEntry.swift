import Glibc
import TISBackupCore

/// One line of a manifest: what one name in a backup was found to be.
///
/// `TYPE SIZE MTIME INODE DIGEST PATH`, each separated by one space. SIZE is in bytes, 0 for what is
/// neither a file nor a link; MTIME in nanoseconds since 1970. DIGEST is the SHA-256 of a file, or of
/// what a link points to; `-` where there is none to be, 64 of them where a file could not be read.
/// PATH is bytes in whatever encoding; newline, carriage return and backslash are written as `\n`,
/// `\r` and `\\`, so that a line is a line.
struct ManifestEntry: Sendable, Equatable {
  enum Kind: UInt8, Sendable {
    case file = 0x66  // f
    case folder = 0x64  // d
    case link = 0x6c  // l
    /// A device, a pipe, a socket.
    case other = 0x6f  // o
    /// A folder whose contents this user may not list.
    case closed = 0x78  // x

    var text: String { String(UnicodeScalar(rawValue)) }
  }

  /// The path of a backup that is one file.
  static let itself: [UInt8] = [0x2e]

  var kind: Kind
  var size: Int64 = 0
  var modified: Int64
  var inode: UInt64
  var digest: SHA256.Digest?
  var path: [UInt8]

  var shownPath: String { String(decoding: Self.escaped(path), as: UTF8.self) }

  init(_ entry: FileTree.Entry, path: [UInt8]? = nil) {
    self.path = path ?? entry.path
    let status = entry.status
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = Self.isClosed(entry) ? .closed : .folder
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    if kind == .file || kind == .link { size = Int64(status.st_size) }
    modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    inode = UInt64(status.st_ino)
  }

  /// A backup keeps modes, so a folder may forbid its own owner to look into it; never root.
  private static func isClosed(_ entry: FileTree.Entry) -> Bool {
    guard entry.status.st_mode & 0o500 != 0o500 else { return false }
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    let descriptor = openat(entry.folder, entry.name, flags)
    guard descriptor >= 0 else { return errno == EACCES }
    defer { close(descriptor) }
    // It may be listed and yet hide what the names in it stand for.
    var status = stat()
    return fstatat(descriptor, ".", &status, 0) != 0
  }

  /// Reads a line without its newline.
  init?(line: some RandomAccessCollection<UInt8>) {
    let fields = line.split(separator: 0x20, maxSplits: 5, omittingEmptySubsequences: false)
    guard fields.count == 6, fields[0].count == 1, let kind = fields[0].first.flatMap(Kind.init),
      let size = Self.number(fields[1]), let modified = Self.number(fields[2]),
      let inode = UInt64(String(decoding: fields[3], as: UTF8.self)),
      let path = Self.unescaped(fields[5])
    else { return nil }
    (self.kind, self.size, self.modified, self.inode) = (kind, size, modified, inode)
    self.path = path
    digest = SHA256.Digest(hex: fields[4])
    guard digest != nil || fields[4].allSatisfy({ $0 == 0x2d }) else { return nil }
  }

  /// The line, with its newline.
  var line: [UInt8] {
    var line = Array(head.utf8)
    if let digest {
      line += digest.hexBytes
    } else {
      line += [UInt8](repeating: 0x2d, count: kind == .file ? SHA256.Digest.length : 1)
    }
    line.append(0x20)
    line += Self.escaped(path)
    line.append(0x0a)
    return line
  }

  /// Where in the line of a file its digest stands, which is always of one length.
  var digestOffset: Int { head.utf8.count }

  private var head: String { "\(kind.text) \(size) \(modified) \(inode) " }

  private static func number(_ field: some Sequence<UInt8>) -> Int64? {
    Int64(String(decoding: Array(field), as: UTF8.self))
  }

  private static func escaped(_ path: [UInt8]) -> [UInt8] {
    guard path.contains(where: { $0 == 0x5c || $0 == 0x0a || $0 == 0x0d }) else { return path }
    return path.flatMap { byte -> [UInt8] in
      switch byte {
      case 0x0a: [0x5c, 0x6e]
      case 0x0d: [0x5c, 0x72]
      case 0x5c: [0x5c, 0x5c]
      default: [byte]
      }
    }
  }

  private static func unescaped(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.contains(0x5c) else { return Array(text) }
    var path: [UInt8] = []
    var letters = text.makeIterator()
    while let letter = letters.next() {
      guard letter == 0x5c else {
        path.append(letter)
        continue
      }
      switch letters.next() {
      case 0x6e: path.append(0x0a)
      case 0x72: path.append(0x0d)
      case 0x5c: path.append(0x5c)
      default: return nil
      }
    }
    return path
  }
}

extension ManifestEntry {
  /// Whether one path comes before another in a manifest: as a sorted walk visits them, a folder's
  /// contents right after it, so the slash comes before every other byte.
  static func precedes(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    func rank(_ byte: UInt8) -> UInt8 { byte == 0x2f ? 0 : byte }
    return one.lexicographicallyPrecedes(other) { rank($0) < rank($1) }
  }

  /// The same file as one that was recorded before: its data is where it was, and as it was.
  func isUnchanged(since older: ManifestEntry) -> Bool {
    kind == .file && older.kind == .file && inode == older.inode && size == older.size
      && modified == older.modified
  }
}
