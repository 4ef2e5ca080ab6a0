import Glibc
import OutsideWorld
import TISBackupCore

/// The comparison of one backup with its manifest: both are gone through side by side.
struct ManifestComparison {
  let location: String
  let sample: ManifestSample
  let threads: Int
  let time: TimeLeft

  private struct Work {
    var reader: ManifestReader
    /// The next entry of the manifest, and where its line begins.
    var next: (offset: Int, entry: ManifestEntry)?
    var files: [TreeDigests.File] = []
    var inodes: Set<UInt64> = []
    var result = Comparison()

    mutating func advance() throws(BackupError) { next = try reader.next() }
  }

  func perform() throws(BackupError) -> Comparison {
    var work = Work(reader: try ManifestReader(path: FileManifest.path(forBackup: location)))
    try work.advance()
    work.result.entries = work.reader.count
    var status = stat()
    guard lstat(location, &status) == 0 else { throw .system("cannot read '\(location)'") }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    if isFolder {
      try walk(&work)
    } else {
      try compare(FileTree.Entry(itself: location, status), &work)
    }
    while let (_, entry) = work.next {
      work.result.differ("'\(entry.shownPath)' is missing")
      try work.advance()
    }
    return try read(work, isFolder)
  }

  private func walk(_ work: inout Work) throws(BackupError) {
    // What could not be listed then is not compared now.
    var isClosed = false
    try FileTree.walk(location, sorted: true, into: { _ in !isClosed }) {
      (entry, visit) throws(BackupError) in
      guard visit == .enter else { return }
      isClosed = try compare(entry, &work)?.kind == .closed
    }
  }

  /// Compares what was found with its entry in the manifest, which is given back.
  @discardableResult
  private func compare(_ found: FileTree.Entry, _ work: inout Work) throws(BackupError)
    -> ManifestEntry?
  {
    guard !time.isCancelled else { throw BackupError(.interrupted, .interrupted(location)) }
    let now = ManifestEntry(found)
    while let (_, entry) = work.next, ManifestEntry.precedes(entry.path, now.path) {
      work.result.differ("'\(entry.shownPath)' is missing")
      try work.advance()
    }
    guard let (offset, then) = work.next, then.path == now.path else {
      work.result.differ("'\(now.shownPath)' was not there when the backup was made")
      return nil
    }
    try work.advance()
    if let difference = try now.difference(from: then, found) {
      work.result.differ("'\(now.shownPath)' \(difference)")
    } else if now.kind == .file, then.digest != nil, sample.contains(now.path),
      found.status.st_nlink == 1 || work.inodes.insert(now.inode).inserted
    {
      work.files.append(TreeDigests.File(id: offset, size: now.size))
    }
    return then
  }

  /// Reads the sample, from the disk.
  private func read(_ work: Work, _ isFolder: Bool) throws(BackupError) -> Comparison {
    let lines = work.reader.lines
    let name = Array(DiskPath.name(of: location).utf8)
    let result = Monitor(work.result)
    let changed = Monitor<[String]>([])
    try TreeDigests(
      root: isFolder ? location : DiskPath.parent(of: location), threads: threads, time: time,
      readsDisk: true
    ).read(
      work.files,
      path: { (line) throws(BackupError) in isFolder ? try lines.entry(at: line).path : name },
      take: { (line, content) throws(BackupError) in
        let then = try lines.entry(at: line)
        do throws(Unread) {
          let content = try content.get()
          result.update {
            $0.files += 1
            $0.bytes += content.bytes
          }
          if content.digest != then.digest {
            changed.update { $0.append("'\(then.shownPath)' has another content") }
          }
        } catch {
          // What this user may not read says nothing of the backup.
          guard !error.isForbidden, error.code != EMFILE, error.code != ENFILE else {
            throw error.error(about: "\(location)/\(then.shownPath)")
          }
          changed.update { $0.append("'\(then.shownPath)' cannot be read: \(error.reason)") }
        }
      })
    return result.update { result in
      for sentence in changed.update({ $0.sorted() }) { result.differ(sentence) }
      return result
    }
  }
}

extension ManifestEntry {
  /// What is not as it was, apart from the content of files; nil when all is.
  ///
  /// Inodes are not compared: a backup may have been moved to another disk.
  fileprivate func difference(from then: ManifestEntry, _ found: FileTree.Entry)
    throws(BackupError) -> String?
  {
    // A folder that could not be listed is a folder.
    let kinds = [kind, then.kind].map { $0 == .closed ? .folder : $0 }
    guard kinds[0] == kinds[1] else { return "is \(kinds[0].words), and was \(kinds[1].words)" }
    guard size == then.size else { return "has \(size) bytes, and had \(then.size)" }
    if kind == .file && modified != then.modified { return "was written since" }
    if kind == .link, try found.linkDigest() != then.digest { return "points elsewhere" }
    return nil
  }
}

extension ManifestEntry.Kind {
  fileprivate var words: String {
    switch self {
    case .file: "a file"
    case .folder, .closed: "a folder"
    case .link: "a symbolic link"
    case .other: "a device, pipe or socket"
    }
  }
}

extension BackupError.Message {
  fileprivate static func interrupted(_ location: String) -> Self {
    "interrupted while '\(location)' was compared with its manifest"
  }
}
