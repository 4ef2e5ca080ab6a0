import OutsideWorld

/// Brings pieces of a stream from the thread that has it to the one that wants it, in their order.
///
/// There are so many pieces and no more: who is faster waits for the other.
final class PieceBelt: Sendable {
  /// Bytes of a full piece.
  static let capacity = 512 << 10

  /// A piece of the stream, in memory that is used again and again; one thread has it at a time.
  final class Piece: @unchecked Sendable {
    private let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: PieceBelt.capacity, alignment: 4096)
    var count = 0

    deinit { memory.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }
    /// Where more of the stream goes.
    var room: UnsafeMutableRawBufferPointer {
      UnsafeMutableRawBufferPointer(rebasing: memory[count...])
    }
  }

  private struct State {
    var free = (0..<6).map { _ in Piece() }
    var filled: [Piece] = []
    /// Nothing more comes.
    var isEnded = false
    /// Nothing more is wanted.
    var isRefused = false
    var isConsuming = false
  }

  private let state = Monitor(State())

  /// Waits for a piece to fill; nil when nothing more is wanted.
  func empty() -> Piece? {
    state.wait { state -> Piece?? in
      if state.isRefused { return .some(nil) }
      guard let piece = state.free.popLast() else { return nil }
      piece.count = 0
      return piece
    }
  }

  func hand(_ piece: Piece) { state.update { $0.filled.insert(piece, at: 0) } }

  func end() { state.update { $0.isEnded = true } }

  /// Gives every piece to `take`, on a thread of its own, until the stream ends or `take` refuses.
  ///
  /// False where the kernel has no thread left.
  func consume(_ take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) -> Bool {
    state.update { $0.isConsuming = true }
    let isStarted = OwnThread.starts {
      self.work(take)
      self.state.update { $0.isConsuming = false }
    }
    if !isStarted { state.update { $0.isConsuming = false } }
    return isStarted
  }

  private func work(_ take: (UnsafeRawBufferPointer) -> Bool) {
    while let piece = next() {
      let isWanted = take(piece.bytes)
      state.update {
        $0.free.append(piece)
        $0.isRefused = !isWanted
      }
      guard isWanted else { return }
    }
  }

  /// Waits until nobody is at work with a piece of the stream, which has ended.
  func waitForEnd() { state.wait { $0.isConsuming ? nil : () } }

  private func next() -> Piece? {
    state.wait { state -> Piece?? in
      if let piece = state.filled.popLast() { return piece }
      return state.isEnded ? .some(nil) : nil
    }
  }
}
