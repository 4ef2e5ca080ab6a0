import CZlib
import Glibc
import OutsideWorld
import TISBackupCore

/// Compresses a stream into one gzip file (RFC 1952) on all cores.
///
/// The file is one member whose deflate stream consists of blocks that do not refer to each other,
/// so that they are compressed side by side; `gzip -t` and `zcat` see nothing special. Memory stays the same whatever the size of the stream: two blocks for each worker.
package final class GzipWriter: Sendable {
  /// More workers than this would only need more memory: no dump comes faster.
  private static let mostWorkers = 8

  /// What was written.
  package struct Content: Sendable, Equatable {
    /// Bytes of the stream.
    package var bytes: Int64 = 0
    /// Bytes of the file.
    package var compressedBytes: Int64 = 0
  }

  private struct State {
    var free: [GzipBlock]
    /// Blocks that wait for a worker, each with its place in the stream.
    var filled: [(index: Int, block: GzipBlock)] = []
    /// Blocks that wait for those before them to be written.
    var compressed: [Int: GzipBlock] = [:]
    var nextIndex = 0
    var nextWritten = 0
    var isWriting = false
    var isEnded = false
    var workers = 0
    var failure: BackupError?
  }

  private let state: Monitor<State>
  private let file: GzipFile
  private let path: String
  private let workers: Int

  /// Makes the file, which must not be there.
  ///
  /// `level` is that of gzip, 1 to 9; `cores` is how many of them may work.
  package init(path: String, level: Int, cores: Int) throws(BackupError) {
    self.path = path
    workers = max(1, min(cores, Self.mostWorkers))
    file = try GzipFile(path: path, level: level)
    state = Monitor(State(free: (0..<(2 * workers)).map { _ in GzipBlock() }, workers: workers))
    for _ in 0..<workers { OwnThread.start { self.work(level: Int32(level)) } }
  }

  /// Waits for an empty block to fill; nil when writing failed and nothing more is of use.
  func emptyBlock() -> GzipBlock? {
    state.wait { state -> GzipBlock?? in
      if state.failure != nil { return .some(nil) }
      return state.free.popLast().map { .some($0) }
    }
  }

  /// Takes a filled block; blocks come in the order of the stream.
  func take(_ block: GzipBlock) {
    state.update { state in
      state.filled.insert((state.nextIndex, block), at: 0)
      state.nextIndex += 1
    }
  }

  /// What could not be written so far.
  var failure: BackupError? { state.update { $0.failure } }

  /// Ends the file once all blocks are written, waits until it is on the disk, and reads it back.
  ///
  /// Throws when anything could not be written, or is not what was compressed.
  package func finish() throws(BackupError) -> Content {
    state.update { $0.isEnded = true }
    state.wait { $0.workers == 0 ? () : nil }
    if let failure { throw failure }
    return try file.end()
  }

  /// Gives up: ends the workers, and empties the file, which is the caller's to remove.
  package func cancel() {
    state.update { $0.failure = $0.failure ?? BackupError(.interrupted, .cancelled(path)) }
    state.wait { $0.workers == 0 ? () : nil }
    file.empty()
  }

  private func work(level: Int32) {
    var stream = z_stream()
    // 15 bits of window without a header of its own, 8 is zlib's default use of memory.
    let status = deflateInit2_(
      &stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    if status != Z_OK { state.update { $0.failure = BackupError(.storage, .noMemory) } }
    while let (index, block) = nextFilled() {
      block.deflate(with: &stream)
      state.update { $0.compressed[index] = block }
      writeInOrder()
    }
    state.update { $0.workers -= 1 }
  }

  /// Waits for a block; nil when there will be none.
  private func nextFilled() -> (Int, GzipBlock)? {
    state.wait { state -> (Int, GzipBlock)?? in
      if state.failure != nil { return .some(nil) }
      if let next = state.filled.popLast() { return .some(next) }
      return state.isEnded ? .some(nil) : nil
    }
  }

  /// Writes the blocks whose turn it is, unless another worker is at it: then that one goes on.
  private func writeInOrder() {
    while true {
      let turn: GzipBlock? = state.update { state in
        guard !state.isWriting, state.failure == nil,
          let block = state.compressed.removeValue(forKey: state.nextWritten)
        else { return nil }
        state.isWriting = true
        return block
      }
      guard let block = turn else { return }
      var failure: BackupError?
      do throws(BackupError) { try file.append(block) } catch { failure = error }
      block.count = 0
      state.update { state in
        state.failure = state.failure ?? failure
        state.nextWritten += 1
        state.isWriting = false
        state.free.append(block)
      }
    }
  }
}

extension BackupError.Message {
  fileprivate static func cancelled(_ path: String) -> Self { "'\(path)' is not written any more" }
  fileprivate static let noMemory: Self = "no memory for zlib"
}
