import Glibc
import TISBackupCore

/// The names in a folder of a backup, folders first.
package struct FolderListing: Sendable {
  /// One of them.
  package struct Name: Sendable {
    package var bytes: [UInt8]
    package var kind: StoredItem.Kind
    /// Bytes of a file.
    package var size: Int64
    package var modified: Instant
  }

  package let names: [Name]
  /// Of all that are in it.
  package let count: Int

  /// Reads a folder; at most `limit` names are kept.
  package init(_ folder: StoredItem, limit: Int) throws(StoredItem.Problem) {
    guard let stream = fdopendir(dup(folder.descriptor)) else { throw .forbidden }
    defer { closedir(stream) }
    rewinddir(stream)
    var found: [[UInt8]] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: UInt8.self, capacity: 256) {
          Array(UnsafeBufferPointer(start: $0, count: strnlen($0, 256)))
        }
      }
      if name != [0x2e], name != [0x2e, 0x2e] { found.append(name) }
    }
    count = found.count
    let looked = found.sorted { $0.lexicographicallyPrecedes($1) }
      .map { Self.look(at: $0, in: folder.descriptor) }
    names = Array(
      (looked.filter { $0.kind == .folder } + looked.filter { $0.kind != .folder }).prefix(limit))
  }

  private static func look(at name: [UInt8], in folder: Int32) -> Name {
    var status = stat()
    guard fstatat(folder, StoredItem.text(name), &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      return Name(bytes: name, kind: .special, size: 0, modified: Instant(seconds: 0))
    }
    return Name(
      bytes: name, kind: StoredItem.kind(status.st_mode), size: Int64(status.st_size),
      modified: Instant(seconds: status.st_mtim.tv_sec))
  }
}
