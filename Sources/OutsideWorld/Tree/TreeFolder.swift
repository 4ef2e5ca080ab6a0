import Glibc

/// A folder on its way through a ``FolderCrew``.
///
/// What changes in it belongs to the one thread that is at it, but for the count, which is touched in
/// the crew's monitor alone.
final class TreeFolder: @unchecked Sendable {
  /// The folder that holds it; nil for the root.
  let parent: TreeFolder?
  /// Zero-terminated; empty for the root.
  let name: [CChar]
  /// How many folders are open above it.
  let depth: Int
  /// Open from its visit until all that is below it is done.
  var descriptor: Int32 = -1
  /// What it takes on the disk itself, in blocks of 512 bytes.
  var blocks: Int64 = 0
  /// Folders in it that are not done yet, and itself while its names are visited.
  var unfinished = 0

  init(root descriptor: Int32) {
    (parent, name, depth) = (nil, [], 0)
    self.descriptor = descriptor
  }

  init(_ name: UnsafePointer<CChar>, in parent: TreeFolder) {
    self.parent = parent
    self.name = Array(UnsafeBufferPointer(start: name, count: strlen(name) + 1))
    depth = parent.depth + 1
  }

  deinit { shut() }

  func shut() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  /// The path below the root, as far as it can be shown.
  var path: String {
    let own = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard let parent, parent.parent != nil else { return own }
    return "\(parent.path)/\(own)"
  }
}
