import Foundation

/// A real NRPE daemon, without arguments from the network, as Debian builds it.
package struct NRPEServer: Sendable {
  private let server: Server
  private let scratch: String

  /// Starts it with the lines of a file of commands; `plugin` stands for the installed one in them.
  package static func start(in scratch: String, commands: String, plugin: String) async throws
    -> NRPEServer
  {
    let port = try freePort()
    let here = commands.replacing("/usr/lib/nagios/plugins/check_tisbackup", with: plugin)
    let configuration = try write(
      """
      server_address=127.0.0.1
      server_port=\(port)
      allowed_hosts=127.0.0.1
      nrpe_user=nagios
      nrpe_group=nagios
      pid_file=\(scratch)/nrpe.pid
      dont_blame_nrpe=0
      command_timeout=60
      log_facility=daemon
      \(here)

      """, to: "\(scratch)/nrpe.cfg")
    let server = try await Server(
      "/usr/sbin/nrpe", ["-c", configuration, "-f"], port: port, log: "\(scratch)/nrpe.log")
    return NRPEServer(server: server, scratch: scratch)
  }

  /// What `check_nrpe` brings back; `options` such as `-2` for the packets of 1 KB.
  package func check(_ command: String, _ options: String...) async throws -> ToolResult {
    try await program(
      [
        "/usr/lib/nagios/plugins/check_nrpe", "-H", "127.0.0.1", "-p", "\(server.port)", "-t", "30",
        "-c", command,
      ] + options)
  }

  package func stop() { server.stop() }
}
