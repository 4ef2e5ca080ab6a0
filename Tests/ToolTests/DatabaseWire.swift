import Foundation
import TISBackupTestSupport

/// A wire to a database server that a test cuts, or on which it changes words.
struct DatabaseWire {
  /// What becomes of what the server says.
  enum Manner {
    /// After this many bytes of a connection, no more of them arrive.
    case stalling(after: Int)
    /// A PostgreSQL tells of itself that it is of another release, of as many digits.
    case renewing(String, to: String)
  }

  private let server: Server
  private let stallFile: String

  var port: Int { server.port }

  static func start(to port: Int, _ manner: Manner) async throws -> DatabaseWire {
    let folder = ScratchDirectory.path
    let script = try write(Self.script, to: "\(folder)/wire.py")
    let own = try freePort()
    let stallFile = "\(folder)/stalled\(own)"
    let words =
      switch manner {
      case .stalling(let bytes): ["stall", "\(bytes)", ""]
      case .renewing(let old, let new): ["renew", old, new]
      }
    let server = try await Server(
      "/usr/bin/python3", [script, "\(own)", "\(port)", stallFile] + words, port: own,
      log: "\(folder)/wire\(own).log")
    return DatabaseWire(server: server, stallFile: stallFile)
  }

  /// Waits until a connection has stalled, in the middle of an answer.
  func stalls() async throws { try await waitUntil("the wire stalls") { exists(stallFile) } }

  /// A connection that stalled ends when the server ends it.
  private static let script = """
    import socket, sys, threading
    own, port, stall_file, manner, first, second = sys.argv[1:]
    def carry(source, target, change):
        try:
            while data := source.recv(65536):
                data = change(data)
                if data:
                    target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
    def answers():
        passed = 0
        def change(data):
            nonlocal passed
            if manner == 'renew':
                return data.replace(*(b'server_version\\0' + n.encode() for n in (first, second)))
            left = max(0, int(first) - passed)
            passed += len(data)
            if left < len(data):
                open(stall_file, 'w').close()
            return data[:left]
        return change
    listener = socket.create_server(('127.0.0.1', int(own)))
    while True:
        client, _ = listener.accept()
        try:
            server = socket.create_connection(('127.0.0.1', int(port)))
        except OSError:
            client.close()
            continue
        for pair in ((client, server, lambda data: data), (server, client, answers())):
            threading.Thread(target=carry, args=pair, daemon=True).start()
    """
}
