import Foundation
import Synchronization

/// The built web page of a site, on a loopback port, with one user.
package struct GUIServer: Sendable {
  package static let user = "admin"
  package static let password = "correct horse \"battery\" é"

  package let server: Server
  /// Its own files: the users, what it said.
  package let folder: String

  package var port: Int { server.port }
  package var address: String { "http://127.0.0.1:\(port)" }
  /// What it said so far.
  package var log: String { (try? text("\(folder)/gui.log")) ?? "" }

  /// Starts it for an ini file; its own files go into `folder`.
  package static func start(
    _ ini: String, in folder: String, _ arguments: [String] = []
  ) async throws -> GUIServer {
    let users = "\(folder)/gui.users"
    let made = try await tool(
      "tisbackup-gui", ["-c", ini, "--users", users, "--set-password", user], input: password + "\n"
    )
    guard made.status == 0 else { throw ServerError.failed(made.stderr) }
    let port = try freePort()
    let server = try await Server(
      toolPath("tisbackup-gui"),
      ["-c", ini, "--users", users, "--listen", "127.0.0.1:\(port)", "-v"] + arguments, port: port,
      log: "\(folder)/gui.log")
    return GUIServer(server: server, folder: folder)
  }

  /// Sends bytes as they are, and reads until the server closes, or `limit` bytes have come.
  package func exchange(_ request: String, limit: Int = 1 << 20) async throws -> String {
    try await exchange(Array(request.utf8), limit: limit)
  }

  /// The same of bytes that are no text.
  package func exchange(_ request: [UInt8], limit: Int = 1 << 20) async throws -> String {
    let script = """
      import socket, sys
      peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=60)
      try:
          peer.sendall(sys.stdin.buffer.read())
          peer.shutdown(socket.SHUT_WR)
      except OSError: pass
      got = b""
      try:
          while len(got) < int(sys.argv[2]):
              piece = peer.recv(65536)
              if not piece: break
              got += piece
      except OSError: pass
      sys.stdout.buffer.write(got)
      """
    let path = "\(folder)/request-\(UUID())"
    try Data(request).write(to: URL(filePath: path))
    let result = try await program([
      "sh", "-c", "python3 -c \"$1\" \"$2\" \"$3\" < \"$4\"", "sh", script, "\(port)", "\(limit)",
      path,
    ])
    return result.stdout
  }
}
