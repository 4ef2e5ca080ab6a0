import Foundation

/// A real telnet command line of the Cisco kind: the one of FRR's `ripd`, on a loopback port.
package struct FRRouter: Sendable {
  package static let password = "s3cret-login"
  package static let enablePassword = "s3cret-enable"

  package let server: Server
  /// What it runs with; the command line shows it in its own order.
  package let configurationPath: String
  package var port: Int { server.port }

  /// Starts it with its files in `scratch`; `lines` are more lines of its configuration.
  ///
  /// Without an enable password, `enable` asks for none.
  package static func start(
    in scratch: String, lines: String = "", enablePassword: String? = Self.enablePassword
  ) async throws -> FRRouter {
    let port = try freePort()
    let folder = "\(scratch)/frr-\(port)"
    try makeFolder(folder)
    let configuration = try write(
      """
      hostname sw1
      password \(password)
      \(enablePassword.map { "enable password \($0)" } ?? "!")
      \(lines)
      router rip
       version 2
      !
      line vty
      !

      """, to: "\(folder)/ripd.conf")
    // It gives root up for a user who must be able to reach its files.
    _ = try await program(["chmod", "755", scratch, folder])
    _ = try await program(["chown", "-R", "frr:frr", folder])
    let server = try await Server(
      "/usr/lib/frr/ripd",
      [
        "-u", "frr", "-g", "frr", "-f", configuration, "-A", "127.0.0.1", "-P", "\(port)", "-i",
        "\(folder)/pid", "--vty_socket", folder, "-z", "\(folder)/zserv.api",
      ], port: port, log: "\(scratch)/ripd-\(port).log")
    return FRRouter(server: server, configurationPath: configuration)
  }

  /// The lines of a section of type `switch` that reaches it.
  package var iniLines: String {
    """
    type = switch
    server_name = sw1.example.com
    switch_ip = 127.0.0.1
    switch_type = CISCO
    switch_port = \(port)
    switch_password = \(Self.password)
    switch_enable_password = \(Self.enablePassword)
    """
  }

  /// A list of as many lines, which fills more than a page.
  package static func accessList(_ count: Int, from first: Int = 1) -> String {
    (first..<first + count).map { "access-list many permit 192.0.2.\($0)/32" }
      .joined(separator: "\n")
  }
}
