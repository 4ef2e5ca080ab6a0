import Glibc
import OutsideWorld
import TISBackupCore

/// Reads files of a tree on several threads.
struct TreeDigests: Sendable {
  /// One file to read; `id` is what its user knows it by.
  struct File: Sendable {
    var id: Int
    var size: Int64
  }

  /// Files from this size on come first, the largest of all before them.
  ///
  /// So the last one that is read keeps nobody waiting long. All others come in their order, which is
  /// mostly that of the disk.
  private static let largeSize: Int64 = 8 << 20

  let root: FileHandle
  let threads: Int
  let time: TimeLeft
  /// Whether what memory holds of a file is dropped before it is read.
  var readsDisk = false

  init(root: String, threads: Int, time: TimeLeft, readsDisk: Bool = false) throws(BackupError) {
    let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("cannot read the folder '\(root)'") }
    (self.root, self.threads, self.time) = (FileHandle(descriptor), max(1, threads), time)
    self.readsDisk = readsDisk
  }

  private struct State {
    var next = 0
    var working: Int
    var failure: BackupError?
  }

  /// Gives what every file holds to `take`, from any thread; `path` gives its path below the root.
  ///
  /// Waits for the end, so it belongs on a thread of our own; throws the first error of the two.
  func read(
    _ files: [File], path: @escaping @Sendable (Int) throws(BackupError) -> [UInt8],
    take: @escaping @Sendable (Int, Result<SHA256.Content, Unread>) throws(BackupError) -> Void
  ) throws(BackupError) {
    guard !files.isEmpty else { return }
    let large = files.filter { $0.size >= Self.largeSize }.sorted { $0.size > $1.size }
    let count = min(threads, files.count)
    let state = Monitor(State(working: count))
    for _ in 0..<count {
      OwnThread.start {
        do throws(BackupError) {
          try work(large, files, state, path, take)
        } catch {
          state.update { $0.failure = $0.failure ?? error }
        }
        state.update { $0.working -= 1 }
      }
    }
    if let failure = state.wait({ $0.working == 0 ? .some($0.failure) : nil }) { throw failure }
  }

  private func work(
    _ large: [File], _ files: [File], _ state: Monitor<State>,
    _ path: (Int) throws(BackupError) -> [UInt8],
    _ take: (Int, Result<SHA256.Content, Unread>) throws(BackupError) -> Void
  ) throws(BackupError) {
    let (stream, folders) = (try SHA256(), FolderCursor(root))
    // A million files are not copied for their order: what came first is passed over later.
    while let id = state.update({ state -> Int? in
      while state.failure == nil, state.next < large.count + files.count {
        defer { state.next += 1 }
        guard state.next >= large.count else { return large[state.next].id }
        let file = files[state.next - large.count]
        if file.size < Self.largeSize { return file.id }
      }
      return nil
    }) {
      let path = try path(id)
      let result = content(of: path, stream, folders)
      if case .failure(let unread) = result, unread.code == ECANCELED {
        throw unread.error(about: String(decoding: path, as: UTF8.self))
      }
      try take(id, result)
    }
  }

  private func content(of path: [UInt8], _ stream: SHA256, _ folders: FolderCursor)
    -> Result<SHA256.Content, Unread>
  {
    let slash = path.lastIndex(of: 0x2f)
    let name = path[(slash.map { $0 + 1 } ?? 0)...].map { CChar(bitPattern: $0) } + [0]
    do throws(Unread) {
      let folder = try folders.descriptor(of: path[..<(slash ?? 0)])
      return .success(
        try stream.content(
          ofFileIn: folder, name: name, fromDisk: readsDisk, isStopped: { time.isCancelled }))
    } catch {
      return .failure(error)
    }
  }
}
