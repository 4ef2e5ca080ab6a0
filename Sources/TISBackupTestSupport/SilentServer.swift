import Glibc

/// A loopback port that takes connections and never says a word, as a machine that hangs.
package final class SilentServer: Sendable {
  package let port: Int
  private let descriptor: Int32

  package init() throws {
    (port, descriptor) = try Self.listen()
  }

  deinit { close(descriptor) }

  /// A socket that listens: the kernel itself completes the connections of its queue.
  static func listen() throws -> (Int, Int32) {
    let port = try freePort()
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    // Connections of an earlier run may linger on the port, which servers do not mind either.
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let isBound = withLoopbackAddress(port) { bind(descriptor, $0, $1) == 0 }
    guard isBound, Glibc.listen(descriptor, 8) == 0 else { throw ServerError.noPort }
    return (port, descriptor)
  }
}
