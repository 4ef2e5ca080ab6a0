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

  /// Starts it with its files in `scratch`; `environment` is added to that of every login.
  ///
  /// Users without a password of their own are locked out unless PAM decides.
  package static func start(
    in scratch: String, environment: [String: String] = [:], usesPAM: Bool = false
  ) async throws -> SSHServer {
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
      UsePAM \(usesPAM ? "yes" : "no")
      StrictModes no
      PermitRootLogin yes
      AcceptEnv TISBACKUP_*
      \(setEnv(environment))

      """, to: "\(scratch)/sshd_config")
    let server = try await Server(
      "/usr/sbin/sshd", ["-D", "-e", "-f", configuration], port: port, log: "\(scratch)/sshd.log")
    return SSHServer(
      server: server, key: key, user: NSUserName(), knownHosts: "\(scratch)/known_hosts")
  }

  /// One line for all of them, for sshd heeds only the first; empty when there are none.
  private static func setEnv(_ environment: [String: String]) -> String {
    guard !environment.isEmpty else { return "" }
    let words = environment.sorted(by: <).map { name, value in
      let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      return "\"\(name)=\(escaped)\""
    }
    return "SetEnv " + words.joined(separator: " ")
  }

  /// Cuts every connection, as a machine that dies; commands that ran over them live on until they
  /// notice.
  package func kill() {
    // A stopped listener makes no more children while they are counted.
    server.signal(SIGSTOP)
    let connections = server.pid.map { descendants(of: $0) } ?? []
    for process in connections where process.name.hasPrefix("sshd") {
      Foundation.kill(process.pid, SIGKILL)
    }
    server.signal(SIGKILL)
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
