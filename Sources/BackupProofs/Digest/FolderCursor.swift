import Glibc

/// Opens the folders of a tree one after the other, each from the one above it: no symbolic link is
/// followed, and no path is too long.
final class FolderCursor {
  private let root: FileHandle
  private var current: FileHandle
  private var path: [UInt8] = []

  init(_ root: FileHandle) { (self.root, current) = (root, root) }

  /// The descriptor of a folder by its path below the root; good until the next call.
  func descriptor(of wanted: ArraySlice<UInt8>) throws(Unread) -> Int32 {
    if wanted.elementsEqual(path) { return current.value }
    // Files come in the order of their paths: mostly it is the folder itself, or one below it.
    let isBelow = !path.isEmpty && wanted.starts(with: path + [0x2f])
    var folder = isBelow ? current : root
    for component in wanted.dropFirst(isBelow ? path.count + 1 : 0).split(separator: 0x2f) {
      let name = component.map { CChar(bitPattern: $0) } + [0]
      let opened = openat(folder.value, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard opened >= 0 else { throw Unread(code: errno) }
      folder = FileHandle(opened)
    }
    (current, path) = (folder, Array(wanted))
    return folder.value
  }
}
