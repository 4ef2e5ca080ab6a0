import Foundation
import Synchronization

/// A loopback port that greets whoever connects, reads so many bytes, and hangs up or does not: a
/// daemon of a version that no package has any more, or none at all.
package final class ScriptedServer: Sendable {
  package let port: Int
  private let descriptor: Int32
  private let taken = Mutex(0)
  private let held = Mutex<[Int32]>([])

  /// `hangsUpAfter` counts the bytes of a connection; nil reads on until the other side ends it, and
  /// a negative number reads nothing and holds on.
  package init(greeting: [UInt8], hangsUpAfter limit: Int?) throws {
    (port, descriptor) = try SilentServer.listen()
    Thread.detachNewThread { [weak self, descriptor] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0, let self else { return }
        Thread.detachNewThread { self.serve(connection, greeting, limit) }
      }
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
    for connection in held.withLock({ $0 }) { close(connection) }
  }

  /// Bytes that arrived, over all connections.
  package var received: Int { taken.withLock { $0 } }

  /// Bytes that have come to this machine over connections that are held, and that nobody read.
  package var unread: Int {
    held.withLock { connections in
      connections.reduce(0) { sum, connection in
        var count: Int32 = 0
        return sum + (ioctl(connection, UInt(FIONREAD), &count) == 0 ? Int(count) : 0)
      }
    }
  }

  private func serve(_ connection: Int32, _ greeting: [UInt8], _ limit: Int?) {
    _ = send(connection, greeting, greeting.count, Int32(MSG_NOSIGNAL))
    guard limit ?? 0 >= 0 else { return held.withLock { $0.append(connection) } }
    var (left, chunk) = (limit ?? .max, [UInt8](repeating: 0, count: 65_536))
    while left > 0 {
      let count = recv(connection, &chunk, min(left, chunk.count), 0)
      guard count > 0 else { break }
      taken.withLock { $0 += count }
      left -= count
    }
    close(connection)
  }
}
