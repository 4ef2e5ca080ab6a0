import Glibc
import OutsideWorld
import Synchronization

/// The addresses of a name, looked up on a thread that is left alone when it takes too long: a
/// resolver whose servers are silent waits for half a minute, whatever time there is.
final class HostLookup: Sendable {
  /// One address, as `connect` takes it.
  struct Address: Sendable {
    var family: Int32
    var bytes: [UInt8]
  }

  enum Answer: Sendable {
    case addresses([Address])
    case failed(String)
    case timeOver
  }

  private let answer = Mutex<Answer>(.timeOver)

  /// The addresses of `host`, in the order they should be tried in.
  static func find(_ host: String, port: Int, _ time: TimeLeft) -> Answer {
    var ends: [Int32] = [-1, -1]
    // Not a pipe, which a program started meanwhile could inherit: its end would not be seen.
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
      return .failed(String(cString: strerror(errno)))
    }
    let (lookup, writer) = (HostLookup(), ends[1])
    OwnThread.start {
      let found = ask(host, port)
      lookup.answer.withLock { $0 = found }
      close(writer)
    }
    defer { close(ends[0]) }
    _ = time.wait(for: POLLIN, on: ends[0])
    return lookup.answer.withLock { $0 }
  }

  private static func ask(_ host: String, _ port: Int) -> Answer {
    var wanted = addrinfo()
    wanted.ai_family = AF_UNSPEC
    wanted.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, String(port), &wanted, &list)
    guard status == 0 else { return .failed(String(cString: gai_strerror(status))) }
    defer { freeaddrinfo(list) }
    var addresses: [Address] = []
    var next = list
    while let info = next?.pointee {
      let bytes = UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen))
      addresses.append(Address(family: info.ai_family, bytes: Array(bytes)))
      next = info.ai_next
    }
    return .addresses(addresses)
  }
}
