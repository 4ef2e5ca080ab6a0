import Glibc
import OutsideWorld
import TISBackupCore

/// Where a daemon listens, and the words for what goes wrong with it.
struct NSCADaemon: Sendable {
  var server: String
  var port: Int
  /// The section of the monitoring ini, for messages.
  var target: String

  /// Reads what the daemon says first.
  func greeting(on connection: TCPConnection, _ time: TimeLeft) throws(BackupError) -> NSCAGreeting
  {
    let (bytes, end) = connection.read(exactly: NSCAGreeting.size, time)
    guard let greeting = NSCAGreeting(bytes) else {
      guard end != .timeOver || !bytes.isEmpty else { throw silent(time) }
      throw BackupError(.transport, .notNSCA(self, bytes.count), hint: .checkDaemon(self))
    }
    return greeting
  }

  /// Connects to the first of its addresses that answers.
  func connect(_ time: TimeLeft) throws(BackupError) -> TCPConnection {
    let addresses: [HostLookup.Address]
    switch HostLookup.find(server, port: port, time) {
    case .addresses(let found): addresses = found
    case .failed(let reason):
      throw BackupError(.transport, .unknownHost(self, reason), hint: .checkServer(self))
    case .timeOver:
      guard !time.isCancelled else { throw interrupted }
      throw BackupError(
        .transport, .noAnswer(self, to: "the name lookup"), hint: .checkServer(self))
    }
    var problem = ECONNREFUSED
    for (tried, address) in addresses.enumerated() {
      // One address that swallows packets must not use up the time of the others.
      let share = (time.end - .now) / (addresses.count - tried)
      switch Self.connect(address, time.until(.now + share)) {
      case .success(let connection): return connection
      case .failure(let failure): problem = failure.errno
      }
    }
    guard !time.isCancelled else { throw interrupted }
    throw BackupError(.transport, .unreachable(self, problem), hint: .checkPort(self))
  }

  private struct Failure: Error { var errno: Int32 }

  private static func connect(_ address: HostLookup.Address, _ time: TimeLeft)
    -> Result<TCPConnection, Failure>
  {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(address.family, type, 0)
    guard descriptor >= 0 else { return .failure(Failure(errno: errno)) }
    let connection = TCPConnection(descriptor)
    let status = address.bytes.withUnsafeBytes { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) {
        Glibc.connect(descriptor, $0.baseAddress, socklen_t(bytes.count))
      }
    }
    if status != 0 && errno != EINPROGRESS { return .failure(Failure(errno: errno)) }
    guard time.wait(for: POLLOUT, on: descriptor) != 0 else {
      return .failure(Failure(errno: ETIMEDOUT))
    }
    var (problem, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &length)
    return problem == 0 ? .success(connection) : .failure(Failure(errno: problem))
  }
}

extension NSCADaemon {
  /// The daemon hung up on what it was sent.
  var rejected: BackupError { BackupError(.transport, .hungUp(self), hint: .checkPassword(self)) }
  /// The connection broke where nobody looks for a rejection.
  var broken: BackupError { BackupError(.transport, .broken(self), hint: .checkDaemon(self)) }
  /// There was no time left for a result.
  var late: BackupError { BackupError(.transport, .tooSlow(self), hint: .raiseTimeout(self)) }
  var interrupted: BackupError { BackupError(.interrupted, .interrupted(self)) }

  private func silent(_ time: TimeLeft) -> BackupError {
    time.isCancelled
      ? interrupted
      : BackupError(.transport, .noAnswer(self, to: "a connection"), hint: .checkDaemon(self))
  }
}

extension NSCADaemon: CustomStringConvertible {
  var description: String { "'\(server)' port \(port)" }
}

extension BackupError.Message {
  fileprivate static func unknownHost(_ daemon: NSCADaemon, _ reason: String) -> Self {
    "the name '\(daemon.server)' has no address: \(reason)"
  }
  fileprivate static func noAnswer(_ daemon: NSCADaemon, to what: String) -> Self {
    "\(daemon) has not answered \(what) in time"
  }
  fileprivate static func unreachable(_ daemon: NSCADaemon, _ code: Int32) -> Self {
    "cannot connect to \(daemon): \(String(cString: strerror(code)))"
  }
  fileprivate static func notNSCA(_ daemon: NSCADaemon, _ count: Int) -> Self {
    "\(daemon) sent \(count) of the 132 bytes an NSCA daemon begins with"
  }
  fileprivate static func hungUp(_ daemon: NSCADaemon) -> Self {
    "the NSCA daemon at \(daemon) hung up: wrong password or method?"
  }
  fileprivate static func broken(_ daemon: NSCADaemon) -> Self {
    "the connection to \(daemon) broke"
  }
  fileprivate static func tooSlow(_ daemon: NSCADaemon) -> Self {
    "\(daemon) has not taken this result in time"
  }
  fileprivate static func interrupted(_ daemon: NSCADaemon) -> Self {
    "the submission to \(daemon) was interrupted"
  }
  fileprivate static func checkServer(_ daemon: NSCADaemon) -> Self {
    "Check 'server' of [\(daemon.target)], and the name service of this machine."
  }
  fileprivate static func checkPort(_ daemon: NSCADaemon) -> Self {
    """
    Check 'server' and 'port' of [\(daemon.target)], whether nsca runs there, and the firewalls \
    between.
    """
  }
  fileprivate static func checkDaemon(_ daemon: NSCADaemon) -> Self {
    """
    Check that 'server' and 'port' of [\(daemon.target)] are those of an NSCA daemon, that its \
    /etc/hosts.allow or allowed_hosts lets this machine in, and that its libmcrypt has the \
    decryption_method of its nsca.cfg.
    """
  }
  fileprivate static func checkPassword(_ daemon: NSCADaemon) -> Self {
    """
    Compare 'password' and 'method' of [\(daemon.target)] with password and decryption_method of \
    nsca.cfg; the daemon's syslog says which it was.
    """
  }
  fileprivate static func raiseTimeout(_ daemon: NSCADaemon) -> Self {
    "Raise 'timeout' of [global], or look why \(daemon.server) is slow."
  }
}
