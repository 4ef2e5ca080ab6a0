import Glibc

/// Talks with a program while it runs, where what is said depends on what was heard.
package protocol Conversation: AnyObject, Sendable {
  /// Hears and answers until nothing is left to say; called once, on a thread that may wait.
  ///
  /// When it returns, the program is hung up on, and ended if that does not do. What came of it is
  /// the conversation's to keep, for whoever made it.
  func talk(on line: ConversationLine)
}

/// The line between a thread of ours and whoever is at the other end.
package struct ConversationLine: Sendable {
  /// What comes from the other side.
  package enum Heard: Sendable, Equatable {
    case bytes([UInt8])
    /// Nothing, in the time that was given.
    case nothing
    /// The other side is gone, or says no more.
    case end
  }

  private static let pieceSize = 16_384
  /// Seconds the other side may take to take something.
  private static let patience = 5

  private let descriptor: Int32

  /// A terminal or a socket, which stays its owner's to close.
  package init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Waits for what the other side says next.
  package func hear(within milliseconds: Int) -> Heard {
    let time = TimeLeft(until: .now + .milliseconds(milliseconds))
    guard time.wait(for: POLLIN, on: descriptor) != 0 else { return .nothing }
    var piece = [UInt8](repeating: 0, count: Self.pieceSize)
    let count = read(descriptor, &piece, piece.count)
    if count < 0 && errno == EINTR { return .nothing }
    // A terminal whose program is gone tells EIO, not an end.
    return count > 0 ? .bytes(Array(piece[..<count])) : .end
  }

  /// Says something; what the other side does not take in time is lost.
  package func say(_ bytes: [UInt8]) {
    let time = TimeLeft(until: .now + .seconds(Self.patience))
    var rest = bytes[...]
    while !rest.isEmpty, time.wait(for: POLLOUT, on: descriptor) & POLLOUT != 0 {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
