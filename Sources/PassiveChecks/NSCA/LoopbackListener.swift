import Glibc
import OutsideWorld
import Synchronization
import TISBackupCore

/// A port of the loopback address that takes one connection, and is gone then.
final class LoopbackListener: Sendable {
  let port: Int
  private let descriptor: Mutex<Int32?>

  init() throws(BackupError) {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let socket = socket(AF_INET, type, 0)
    guard socket >= 0 else { throw .system("cannot open a socket") }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && listen(socket, 1) == 0
          && getsockname(socket, $0, &length) == 0
      }
    }
    guard isListening else {
      let problem = errno
      close(socket)
      throw .system("cannot listen on the loopback address", errno: problem)
    }
    descriptor = Mutex(socket)
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { stop() }

  /// Waits for somebody to connect; nil when nobody does.
  func accept(_ time: TimeLeft) -> TCPConnection? {
    defer { stop() }
    guard let listener = descriptor.withLock({ $0 }) else { return nil }
    guard time.wait(for: POLLIN, on: listener) != 0 else { return nil }
    let accepted = Glibc.accept(listener, nil, nil)
    guard accepted >= 0 else { return nil }
    _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
    _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
    return TCPConnection(accepted)
  }

  private func stop() {
    descriptor.withLock { listener in
      if let listener { close(listener) }
      listener = nil
    }
  }
}
