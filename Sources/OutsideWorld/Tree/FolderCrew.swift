import Glibc
import Synchronization
import TISBackupCore

/// Goes through a tree with several threads, each at a folder of its own.
///
/// By descriptors alone: every folder is opened by its name in the one above, which is still open,
/// and never through a link, so that whatever is moved or swapped meanwhile, nothing outside of the
/// tree is touched. Other file systems are not entered. The folder that was found last is next, so
/// that few are open at once; what lies too deep is lifted to the root where that may be changed.
final class FolderCrew<Visitor: TreeVisitor>: @unchecked Sendable {
  private struct State {
    var waiting: [TreeFolder]
    var isOver = false
  }

  /// Apart from the state, so that each new folder wakes a thread of the crew and not the caller.
  private struct End {
    var working: Int
    var counts: [Visitor.Count] = []
    var failure: BackupError?
  }

  /// So many folders may be open on the way to one before those below it are lifted.
  private let deepest = 200
  /// The caller looks that often whether it is to stop, and says how far it is, in milliseconds.
  private let interval = 100

  private let path: String
  private let visitor: Visitor
  private let root: TreeFolder
  private let device: dev_t
  private let state: Monitor<State>
  private let end = Monitor(End(working: 0))
  private let names = Atomic<Int64>(0)
  private let isStopped = Atomic<Bool>(false)
  private let lifted = Atomic<Int>(0)

  /// Takes over the descriptor of the root; `path` is for messages.
  init(_ descriptor: Int32, path: String, _ visitor: Visitor) {
    (self.path, self.visitor) = (path, visitor)
    root = TreeFolder(root: descriptor)
    var status = stat()
    fstat(descriptor, &status)
    device = status.st_dev
    state = Monitor(State(waiting: [root]))
  }

  /// Visits everything below the root, not the root itself, and gives what each thread counted.
  ///
  /// `goOn` is asked before and now and then, with the number of names so far; what it throws ends the
  /// work.
  func run(workers: Int, goOn: (Int64) throws(BackupError) -> Void) throws(BackupError)
    -> [Visitor.Count]
  {
    defer { root.shut() }
    try goOn(0)
    let workers = max(1, workers)
    end.update { $0.working = workers }
    var started = workers
    for _ in 0..<workers where !OwnThread.starts({ self.work() }) {
      started -= 1
      // Where the kernel has no thread left, this one does it.
      if started == 0 { work() } else { end.update { $0.working -= 1 } }
    }
    try waitForAll(goOn)
    return try end.update { end -> Result<[Visitor.Count], BackupError> in
      end.failure.map(Result.failure) ?? .success(end.counts)
    }.get()
  }

  private func waitForAll(_ goOn: (Int64) throws(BackupError) -> Void) throws(BackupError) {
    while end.wait(atMost: interval, { $0.working == 0 ? () : nil }) == nil {
      do throws(BackupError) {
        try goOn(names.load(ordering: .relaxed))
      } catch {
        stop(error)
        // Nobody may be at work in a tree that its caller believes to be left alone.
        return end.wait { $0.working == 0 ? () : nil }
      }
    }
  }

  private func stop(_ error: BackupError) {
    isStopped.store(true, ordering: .relaxed)
    end.update { $0.failure = $0.failure ?? error }
    state.update { $0.isOver = true }
  }

  private func work() {
    var count = visitor.start
    while let folder = next() {
      do throws(BackupError) {
        try enter(folder, &count)
      } catch {
        stop(error)
      }
    }
    state.update { $0.waiting = [] }
    end.update { end in
      end.counts.append(count)
      end.working -= 1
    }
  }

  private func next() -> TreeFolder? {
    state.wait { state -> TreeFolder?? in
      if state.isOver { return .some(nil) }
      return state.waiting.popLast().map { .some($0) }
    }
  }

  private func enter(_ folder: TreeFolder, _ count: inout Visitor.Count) throws(BackupError) {
    guard try open(folder, &count) else { return try finish(folder, &count, isThere: false) }
    let names = try FolderNames(folder.descriptor, path: shown(folder))
    var children: [TreeFolder] = []
    try names.forEach(in: folder.descriptor) { (name, isFolder) throws(BackupError) in
      guard !isStopped.load(ordering: .relaxed) else { return }
      if isFolder {
        children.append(child(name, of: folder))
      } else {
        try visitor.visit(name, in: folder.descriptor, &count) { shown(folder, name) }
      }
    }
    guard !isStopped.load(ordering: .relaxed) else { return }
    self.names.add(Int64(names.count), ordering: .relaxed)
    state.update { state in
      for child in children { child.parent?.unfinished += 1 }
      // The last is the next: the order of the inodes is kept.
      state.waiting += children.reversed()
      // While its own names are visited, nobody else can finish it.
      folder.unfinished += 1
    }
    try finishOne(of: folder, &count)
  }

  /// A folder to go into; one that lies too deep is first moved to the root.
  private func child(_ name: UnsafePointer<CChar>, of folder: TreeFolder) -> TreeFolder {
    guard visitor.takesApart, folder.depth >= deepest else { return TreeFolder(name, in: folder) }
    let place = ".lifted-\(getpid())-\(lifted.add(1, ordering: .relaxed).newValue)"
    guard renameat(folder.descriptor, name, root.descriptor, place) == 0 else {
      return TreeFolder(name, in: folder)
    }
    return TreeFolder(place, in: root)
  }

  /// Opens a folder; false when there is nothing to go into.
  private func open(_ folder: TreeFolder, _ count: inout Visitor.Count) throws(BackupError) -> Bool
  {
    guard let parent = folder.parent else { return true }
    let how = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    folder.descriptor = openat(parent.descriptor, folder.name, how)
    if folder.descriptor < 0, errno == EACCES, visitor.takesApart {
      FolderPermit.give(folder.name, in: parent.descriptor)
      folder.descriptor = openat(parent.descriptor, folder.name, how)
    }
    guard folder.descriptor >= 0 else {
      if errno == ENOENT { return false }
      guard errno == ENOTDIR || errno == ELOOP else {
        throw .system("cannot read the folder '\(shown(folder))'")
      }
      // Since its name was read, it became something else, such as a link to somewhere.
      try visitor.visit(folder.name, in: parent.descriptor, &count) { shown(folder) }
      return false
    }
    var status = stat()
    fstat(folder.descriptor, &status)
    guard status.st_dev == device else {
      try visitor.meetMount { shown(folder) }
      return false
    }
    folder.blocks = Int64(status.st_blocks)
    if visitor.takesApart { FolderPermit.give(folder.descriptor) }
    return true
  }

  /// One thing less to wait for; the last one finishes the folder, and so on upwards.
  private func finishOne(of folder: TreeFolder, _ count: inout Visitor.Count) throws(BackupError) {
    let isDone = state.update { _ in
      folder.unfinished -= 1
      return folder.unfinished == 0
    }
    if isDone { try finish(folder, &count, isThere: true) }
  }

  private func finish(_ folder: TreeFolder, _ count: inout Visitor.Count, isThere: Bool)
    throws(BackupError)
  {
    folder.shut()
    guard let parent = folder.parent else {
      return state.update { $0.isOver = true }
    }
    if isThere {
      try visitor.leave(
        folder.name, in: parent.descriptor, blocks: folder.blocks, &count
      ) { shown(folder) }
    }
    try finishOne(of: parent, &count)
  }

  private func shown(_ folder: TreeFolder, _ name: UnsafePointer<CChar>? = nil) -> String {
    let parts = [path, folder.path, name.map { String(cString: $0) } ?? ""]
    return parts.filter { !$0.isEmpty }.joined(separator: "/")
  }
}
