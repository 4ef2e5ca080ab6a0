import Glibc
import OutsideWorld
import TISBackupCore

/// The making of one manifest.
struct ManifestRecording {
  let backup: String
  let location: String
  let previous: [String]
  var written: [WrittenFile] = []
  let threads: Int
  let time: TimeLeft

  /// What the walk found that is not known yet.
  private struct Work {
    var writer: ManifestWriter
    var older: [OlderManifest]
    var files: [TreeDigests.File] = []
    /// The line of the first name of a file that has several, by its inode.
    var firstNames: [UInt64: Int] = [:]
    var twins: [(line: Int, first: Int)] = []
    var record = FileManifest.Record()
  }

  /// Everything goes to a name beside it, which takes the place when it is whole and on the disk.
  func perform() throws(BackupError) -> FileManifest.Record {
    let path = FileManifest.path(forBackup: location)
    let beside = path + FileManifest.newSuffix
    unlink(beside)
    do throws(BackupError) {
      let record = try write(beside)
      guard rename(beside, path) == 0 else { throw .system("cannot write '\(path)'") }
      SmallFile.syncFolder(DiskPath.parent(of: path))
      return record
    } catch {
      unlink(beside)
      throw error
    }
  }

  private func write(_ path: String) throws(BackupError) -> FileManifest.Record {
    var status = stat()
    guard lstat(backup, &status) == 0 else { throw .system("cannot read '\(backup)'") }
    let older = previous.compactMap { OlderManifest(of: $0, newer: backup) }
    var work = Work(writer: try ManifestWriter(path: path), older: older)
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    if isFolder {
      try list(&work)
    } else {
      try add(FileTree.Entry(itself: backup, status), path: ManifestEntry.itself, to: &work)
    }
    try work.writer.flush()
    try read(&work, isFolder)
    try work.writer.seal()
    work.record.entries = work.writer.count
    return work.record
  }

  private func list(_ work: inout Work) throws(BackupError) {
    var isClosed = false
    try FileTree.walk(backup, sorted: true, into: { _ in !isClosed }) {
      (entry, visit) throws(BackupError) in
      guard visit == .enter else { return }
      try isClosed = add(entry, path: nil, to: &work).kind == .closed
    }
  }

  @discardableResult
  private func add(_ found: FileTree.Entry, path: [UInt8]?, to work: inout Work)
    throws(BackupError) -> ManifestEntry
  {
    guard !time.isCancelled else { throw BackupError(.interrupted, .interrupted(location)) }
    var entry = ManifestEntry(found, path: path)
    if entry.kind == .link { entry.digest = try found.linkDigest() }
    if entry.kind == .closed { work.record.unread += 1 }
    if entry.kind == .file {
      for index in work.older.indices where entry.digest == nil {
        entry.digest = work.older[index].digest(of: entry, found.status)
      }
      if entry.digest != nil { work.record.reused += 1 }
    }
    if entry.kind == .file, entry.digest == nil,
      let file = written.first(where: { $0.isStill(found.status) })
    {
      entry.digest = file.digest
      work.record.written += 1
    }
    let line = try work.writer.add(entry)
    guard entry.kind == .file, entry.digest == nil else { return entry }
    if found.status.st_nlink > 1 {
      if let first = work.firstNames[entry.inode] {
        work.twins.append((line, first))
        return entry
      }
      work.firstNames[entry.inode] = line
    }
    work.files.append(TreeDigests.File(id: line, size: entry.size))
    return entry
  }

  /// Reads what has no digest yet.
  private func read(_ work: inout Work, _ isFolder: Bool) throws(BackupError) {
    let lines = work.writer.lines
    let name = Array(DiskPath.name(of: backup).utf8)
    let counts = Monitor(work.record)
    try TreeDigests(
      root: isFolder ? backup : DiskPath.parent(of: backup), threads: threads, time: time
    ).read(
      work.files,
      path: { (line) throws(BackupError) in isFolder ? try lines.entry(at: line).path : name },
      take: { (line, result) throws(BackupError) in
        switch result {
        case .success(let content):
          counts.update {
            $0.files += 1
            $0.bytes += content.bytes
          }
          try lines.set(content.digest, at: line)
        case .failure(let unread):
          // A backup keeps modes; who is not root may not read all that is his.
          guard unread.isForbidden else {
            throw unread.error(about: "\(backup)/\(try lines.entry(at: line).shownPath)")
          }
          counts.update { $0.unread += 1 }
        }
      })
    work.record = counts.update(\.self)
    for twin in work.twins {
      if let digest = try lines.entry(at: twin.first).digest {
        try lines.set(digest, at: twin.line)
      }
    }
  }
}

extension BackupError.Message {
  fileprivate static func interrupted(_ location: String) -> Self {
    "interrupted while the manifest of '\(location)' was made"
  }
}
