import Foundation

/// A real NSCA daemon, as Debian builds it, in front of a command file.
package struct NSCAServer: Sendable {
  /// One process for all connections, or one each; the second sleeps before it takes one.
  package enum Mode: String, Sendable, CaseIterable {
    case single, daemon
  }

  package let port: Int
  private let folder: String

  /// Starts it with lines of `nsca.cfg` that say how packets are encrypted, and waits until it
  /// listens; it drops to the user nagios.
  package static func start(
    in scratch: String, method: Int, password: String, mode: Mode = .single, commandFile: String
  ) async throws -> NSCAServer {
    let port = try freePort()
    let folder = "\(scratch)/nsca-\(port)"
    try makeFolder(folder)
    let secret = password.isEmpty ? "" : "password=\(password)\n"
    let configuration = try write(
      """
      server_address=127.0.0.1
      server_port=\(port)
      nsca_user=nagios
      nsca_group=nagios
      command_file=\(commandFile)
      alternate_dump_file=\(folder)/dump
      pid_file=\(folder)/nsca.pid
      decryption_method=\(method)
      \(secret)
      """, to: "\(folder)/nsca.cfg")
    // Its pid file is written after it has given root up.
    _ = try await program(["chown", "-R", "nagios:nagios", folder])
    let started = try await program(["/usr/sbin/nsca", "-c", configuration, "--\(mode.rawValue)"])
    let server = NSCAServer(port: port, folder: folder)
    for _ in 0..<500 where started.status == 0 {
      if pid(in: folder) != nil && isListening(port) { return server }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw ServerError.notListening("nsca: \(started.stdout) \(started.stderr)")
  }

  /// Asks it to end.
  package func stop() { Self.stop(in: folder) }

  /// Asks the daemon of a folder to end.
  package static func stop(in folder: String) {
    if let pid = pid(in: folder) { kill(pid, SIGTERM) }
  }

  private static func pid(in folder: String) -> Int32? {
    (try? text("\(folder)/nsca.pid")).flatMap { Int32($0.filter(\.isNumber)) }
  }
}
