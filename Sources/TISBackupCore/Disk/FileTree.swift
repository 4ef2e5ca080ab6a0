import Glibc

/// Walks a folder by descriptors: no symbolic link is followed and no other file system entered,
/// whatever is moved about meanwhile.
///
/// Names are bytes, for a backup holds names in every encoding. The walk keeps its own stack, so
/// a deep tree cannot exhaust that of the thread.
package enum FileTree {
  /// One name in the tree.
  package struct Entry {
    /// Descriptor of the folder that holds the name; valid during the visit only.
    package var folder: Int32
    /// The name, zero-terminated.
    package var name: [CChar]
    /// The path below the root, without a slash in front, as bytes.
    package var path: [UInt8]
    package var status: stat

    package init(folder: Int32, name: [CChar], path: [UInt8], status: stat) {
      (self.folder, self.name, self.path, self.status) = (folder, name, path, status)
    }

    package var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
    package var isFile: Bool { status.st_mode & S_IFMT == S_IFREG }
  }

  package enum Visit {
    /// A folder before its contents, or anything else.
    case enter
    /// A folder after its contents.
    case leave
  }

  /// Visits everything below `root`, not `root` itself.
  ///
  /// Throws what a visit throws, and what the system says when a folder cannot be read. `sorted`
  /// visits the names of each folder in the order of their bytes; `into` says which folders to go
  /// into, after their visit.
  package static func walk(
    _ root: String, sorted: Bool = false, into: (Entry) -> Bool = { _ in true },
    visit: (Entry, Visit) throws(BackupError) -> Void
  ) throws(BackupError) {
    let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("cannot read the folder '\(root)'") }
    var status = stat()
    fstat(descriptor, &status)
    var stack = [try Level(descriptor, entry: nil, root: root, sorted: sorted)]
    defer { for level in stack { close(level.descriptor) } }
    while let top = stack.indices.last {
      guard let name = stack[top].names.popLast() else {
        let done = stack.removeLast()
        close(done.descriptor)
        if let entry = done.entry { try visit(entry, .leave) }
        continue
      }
      guard let entry = stack[top].entry(named: name) else { continue }
      try visit(entry, .enter)
      guard entry.isFolder, entry.status.st_dev == status.st_dev, into(entry) else { continue }
      let child = openat(
        entry.folder, entry.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard child >= 0 else {
        if errno == ENOENT { continue }
        throw .system(
          "cannot read the folder '\(root)/\(String(decoding: entry.path, as: UTF8.self))'")
      }
      stack.append(try Level(child, entry: entry, root: root, sorted: sorted))
    }
  }

  /// Lets go of what memory holds of the files of a tree, so that who reads them next reads the
  /// disk; what is not synced yet stays (`posix_fadvise(2)`).
  package static func forgetCached(_ root: String) throws(BackupError) {
    try walk(root) { entry, visit in
      guard visit == .enter, entry.isFile else { return }
      let descriptor = openat(entry.folder, entry.name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { return }
      posix_fadvise(descriptor, 0, 0, Int32(POSIX_FADV_DONTNEED))
      close(descriptor)
    }
  }

  /// Takes every file out of a tree that is also linked from outside of it.
  ///
  /// rsync sets owner, mode and times of a file that is already there, and through a hard link
  /// that would change older snapshots too. Without the name, it links the file again unharmed.
  package static func unlinkShared(_ root: String) throws(BackupError) -> Int {
    var inside: [ino_t: nlink_t] = [:]
    try walk(root) { (entry, visit) throws(BackupError) in
      guard visit == .enter, !entry.isFolder, entry.status.st_nlink > 1 else { return }
      inside[entry.status.st_ino, default: 0] += 1
    }
    var removed = 0
    try walk(root) { (entry, visit) throws(BackupError) in
      guard visit == .enter, !entry.isFolder, entry.status.st_nlink > 1,
        let names = inside[entry.status.st_ino]
      else { return }
      guard names < entry.status.st_nlink else { return }
      // One name less, here and in the link count, so that the comparison stays right.
      guard unlinkat(entry.folder, entry.name, 0) == 0 else {
        throw .system("cannot unlink '\(root)/\(String(decoding: entry.path, as: UTF8.self))'")
      }
      inside[entry.status.st_ino] = names - 1
      removed += 1
    }
    return removed
  }

  /// Whether a folder holds nothing at all.
  package static func isEmpty(_ root: String) throws(BackupError) -> Bool {
    guard let stream = opendir(root) else { throw .system("cannot read the folder '\(root)'") }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { return false }
    }
    return true
  }
}

/// One open folder of a walk, with the names in it that are still to be visited.
private struct Level {
  var descriptor: Int32
  var entry: FileTree.Entry?
  var names: [[CChar]] = []

  /// Takes over the descriptor; it is closed when the folder cannot be read.
  init(_ descriptor: Int32, entry: FileTree.Entry?, root: String, sorted: Bool)
    throws(BackupError)
  {
    (self.descriptor, self.entry) = (descriptor, entry)
    // The stream owns a second descriptor, so that the first serves the visits after it.
    guard let stream = fdopendir(dup(descriptor)) else {
      close(descriptor)
      throw .system("cannot read the folder '\(root)'")
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) {
          Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
        }
      }
      if name != [0x2e, 0] && name != [0x2e, 0x2e, 0] { names.append(name) }
    }
    // The last one is visited first; strcmp(3) compares bytes.
    if sorted { names.sort { strcmp($0, $1) > 0 } }
  }

  func entry(named name: [CChar]) -> FileTree.Entry? {
    var status = stat()
    // A name that is gone meanwhile is nobody's trouble.
    guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    let prefix = entry.map { $0.path + [0x2f] } ?? []
    let bytes = name.dropLast().map { UInt8(bitPattern: $0) }
    return FileTree.Entry(folder: descriptor, name: name, path: prefix + bytes, status: status)
  }
}
