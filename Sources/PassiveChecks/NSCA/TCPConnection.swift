import Glibc
import OutsideWorld

/// One TCP connection, none of whose calls waits longer than it is told.
final class TCPConnection: Sendable {
  /// Milliseconds that who has received everything may take to close: nsca sleeps a second.
  private static let patience = 2000

  private let descriptor: Int32

  /// How a call ended.
  enum End: Sendable, Equatable {
    case done
    /// The other side has closed the connection, in good order or not.
    case closed(inOrder: Bool)
    case timeOver
  }

  /// Takes over a socket, which must not block.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Reads up to `count` bytes; all of them when it is `done`.
  func read(exactly count: Int, _ time: TimeLeft) -> (bytes: [UInt8], end: End) {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let (more, end) = read(atMost: count - bytes.count, time)
      guard end == .done else { return (bytes, end) }
      bytes += more
    }
    return (bytes, .done)
  }

  /// Reads what is there, at least a byte of it when it is `done`.
  func read(atMost count: Int, _ time: TimeLeft) -> (bytes: [UInt8], end: End) {
    while true {
      guard time.wait(for: POLLIN, on: descriptor) != 0 else { return ([], .timeOver) }
      var end = End.done
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        let got = recv(descriptor, buffer.baseAddress, count, 0)
        (filled, end) = (max(0, got), Self.end(of: got))
      }
      guard end == .timeOver else { return (bytes, end) }
    }
  }

  /// Sends bytes and says how many the kernel took; stops when the other side hangs up.
  ///
  /// With `isLast` they are held until ``finish()``, so that they and the end travel together.
  func send(_ bytes: [UInt8], isLast: Bool = false, _ time: TimeLeft) -> (count: Int, end: End) {
    var sent = 0
    let flags = Int32(MSG_NOSIGNAL) | (isLast ? Int32(MSG_MORE) : 0)
    while sent < bytes.count {
      let events = time.wait(for: POLLOUT | POLLIN, on: descriptor)
      guard events != 0 else { return (sent, .timeOver) }
      if events & POLLIN != 0, let end = peek() { return (sent, end) }
      guard events & ~POLLIN != 0 else { continue }
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, flags)
      }
      let end = count < 0 ? Self.end(of: count) : .done
      if case .closed = end { return (sent, end) }
      sent += max(0, count)
    }
    return (sent, .done)
  }

  /// Waits for the other side to close the connection; `timeOver` when it does not.
  func awaitClose(_ time: TimeLeft) -> End {
    while true {
      guard time.wait(for: POLLIN, on: descriptor) != 0 else { return .timeOver }
      if let end = peek() { return end }
    }
  }

  /// After ``finish()``: waits until the other side has read all and closes too; `timeOver` when it
  /// does not, though it has no reason to wait.
  func settle(_ time: TimeLeft) -> End {
    while true {
      let end = awaitClose(time.atMost(milliseconds: Self.patience))
      guard end == .timeOver, unconfirmed > 0, !time.isOver else { return end }
    }
  }

  /// Says that no more is coming.
  func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Bytes that the kernel of the other side has not confirmed yet.
  var unconfirmed: Int {
    var count: Int32 = 0
    return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
  }

  /// Takes what was not asked for away; how the connection ended when it has.
  private func peek() -> End? {
    var waste = [UInt8](repeating: 0, count: 4096)
    let end = Self.end(of: recv(descriptor, &waste, waste.count, 0))
    return end == .done || end == .timeOver ? nil : end
  }

  /// What the kernel says of a call that may not block; `timeOver` stands for not yet.
  private static func end(of count: Int) -> End {
    if count > 0 { return .done }
    if count == 0 { return .closed(inOrder: true) }
    return errno == EAGAIN || errno == EINTR ? .timeOver : .closed(inOrder: false)
  }
}
