import Foundation

/// A real sshd with its own host key, on a loopback port, that lets one fresh key in.
package struct SSHServer: Sendable {
  package let server: Server
  /// The private key that logs in.
  package let key: String
  /// The login it belongs to: whoever runs the tests.
  package let user: String
  /// A `known_hosts` file of its own, so that the tester's is left alone.
  package let knownHosts: String

  package var port: Int { server.port }

  package static func start(in scratch: String) async throws -> SSHServer {
    let (key, host) = ("\(scratch)/id_ed25519", "\(scratch)/host_ed25519")
    for path in [key, host] {
      let made = try await program(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path])
      guard made.status == 0 else { throw ServerError.notListening(made.stderr) }
    }
    try FileManager.default.copyItem(atPath: key + ".pub", toPath: "\(scratch)/authorized_keys")
    try FileManager.default.createDirectory(
      atPath: "/run/sshd", withIntermediateDirectories: true)
    let port = try freePort()
    let configuration = try write(
      """
      ListenAddress 127.0.0.1
      Port \(port)
      HostKey \(host)
      PidFile \(scratch)/sshd.pid
      AuthorizedKeysFile \(scratch)/authorized_keys
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      UsePAM no
      StrictModes no
      PermitRootLogin yes
      AcceptEnv TISBACKUP_*

      """, to: "\(scratch)/sshd_config")
    let server = try await Server(
      "/usr/sbin/sshd", ["-D", "-e", "-f", configuration], port: port, log: "\(scratch)/sshd.log")
    return SSHServer(
      server: server, key: key, user: NSUserName(), knownHosts: "\(scratch)/known_hosts")
  }

  /// The lines of a section that reach this server.
  package var iniLines: String {
    """
    server_name = 127.0.0.1
    remote_user = \(user)
    private_key = \(key)
    ssh_port = \(port)
    ssh_options = UserKnownHostsFile=\(knownHosts)
    """
  }
}
