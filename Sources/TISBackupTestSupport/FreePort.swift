import Glibc
import Synchronization

/// Ports below those the kernel takes for outgoing connections; where a test process begins to
/// look depends on its pid, so that two runs side by side seldom meet.
private let lastPort = Mutex(20_000 + Int(getpid() % 400) * 30)

/// A TCP port of the loopback address that nobody listens on, and that no other test gets.
package func freePort() throws -> Int {
  for _ in 0..<12_000 {
    let port = lastPort.withLock { last in
      last = last < 32_000 ? last + 1 : 20_000
      return last
    }
    if canListen(port) { return port }
  }
  throw ServerError.noPort
}

private func canListen(_ port: Int) -> Bool {
  withLoopbackSocket(port) { descriptor, address, length in
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    return bind(descriptor, address, length) == 0
  }
}

/// Whether somebody listens on a port of the loopback address.
package func isListening(_ port: Int) -> Bool {
  withLoopbackSocket(port) { descriptor, address, length in
    connect(descriptor, address, length) == 0
  }
}

private func withLoopbackSocket(
  _ port: Int, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  return withLoopbackAddress(port) { body(descriptor, $0, $1) }
}

/// The loopback address with a port, as the system's calls take it.
func withLoopbackAddress(
  _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Bool
) -> Bool {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = UInt16(port).bigEndian
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
}

/// Why a real server could not be started for a test.
package enum ServerError: Error {
  case noPort
  case notListening(String)
  /// A client of a server failed: what it said.
  case failed(String)
}
