import Glibc
import OutsideWorld
import TISBackupCore

/// The catalog of another server, or of another time: it is read, and never changed.
final class ForeignCatalog {
  /// The byte of the file that a writer locks before its first change (SQLite, `os.h`).
  private static let reservedByte: off_t = 0x4000_0001

  let catalog: Catalog
  /// Copies that this value made; nil where the file itself is read.
  private let copies: String?

  /// Opens the file at `path`.
  ///
  /// Throws when that is no catalog, the very one at `own`, or being written. What is not in the file
  /// itself, but in a journal or a log beside it, is looked at in copies: SQLite writes to such a file
  /// before it reads it.
  init(_ path: String, own: String, zone: LocalZone) throws(BackupError) {
    try Self.require(path, own: own)
    guard try Self.needsMore(path) else {
      copies = nil
      do throws(BackupError) {
        catalog = try Catalog(path: path, access: .check, zone: zone)
      } catch {
        // The cure of one's own catalog is none for that of somebody else.
        throw error.code == .catalog
          ? BackupError(.catalog, error.message, hint: .nameFile) : error
      }
      return
    }
    let folder = try Self.makeFolder()
    copies = folder
    do {
      for suffix in ["", "-journal", "-wal"] where access(path + suffix, F_OK) == 0 {
        try FileCopy.make(of: path + suffix, at: "\(folder)/catalog\(suffix)")
      }
      catalog = try Catalog(path: "\(folder)/catalog", access: .read, zone: zone)
    } catch {
      Self.remove(folder)
      throw error
    }
  }

  deinit { if let copies { Self.remove(copies) } }

  private static func require(_ path: String, own: String) throws(BackupError) {
    var (other, mine) = (stat(), stat())
    guard stat(path, &other) == 0 else { throw .system("cannot read the catalog '\(path)'") }
    guard other.st_mode & S_IFMT == S_IFREG else {
      throw BackupError(.usage, .noFile(path), hint: .nameFile)
    }
    if stat(own, &mine) == 0, mine.st_dev == other.st_dev, mine.st_ino == other.st_ino {
      throw BackupError(.usage, .ownCatalog(path), hint: .nameFile)
    }
    if isBeingWritten(path) {
      throw BackupError(.locked, .beingWritten(path), hint: .whoHolds(path))
    }
  }

  /// Asked before SQLite opens it: to close a file gives back all locks of this process on it.
  private static func isBeingWritten(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var lock = flock()
    lock.l_type = Int16(F_RDLCK)
    lock.l_whence = Int16(SEEK_SET)
    (lock.l_start, lock.l_len) = (reservedByte, 1)
    return fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
  }

  /// Whether a writer died over it, or keeps its changes in a log (byte 18 of the header is 2).
  private static func needsMore(_ path: String) throws(BackupError) -> Bool {
    var status = stat()
    if stat("\(path)-journal", &status) == 0, status.st_size > 0 { return true }
    let header = try SmallFile.bytes(at: path, limit: 20)
    return header.count == 20 && header[18] == 2
  }

  private static func makeFolder() throws(BackupError) -> String {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/tisbackup-import-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .system("cannot make a folder in '\(parent)'") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func remove(_ folder: String) { _ = try? FileTree.remove(folder) }
}

extension BackupError.Message {
  fileprivate static func noFile(_ path: String) -> Self { "'\(path)' is no file" }
  fileprivate static func ownCatalog(_ path: String) -> Self {
    "'\(path)' is the catalog of this server itself"
  }
  fileprivate static let nameFile: Self =
    "Name the tisbackup.sqlite of another server, or a copy of one: it is only read."
  fileprivate static func beingWritten(_ path: String) -> Self {
    "the catalog '\(path)' is being written"
  }
  fileprivate static func whoHolds(_ path: String) -> Self {
    "'fuser -v \(path)' names who does it; try again when it is done."
  }
}
