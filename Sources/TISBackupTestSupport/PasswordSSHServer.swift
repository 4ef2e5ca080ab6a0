import Foundation

/// A real ssh server that asks for a password, as switches do, in front of a loopback port.
///
/// sshd would ask for the password of a user of this machine, so this one is made of Paramiko, an
/// implementation of its own. It offers only what old switches offer, with `isOld`.
package struct PasswordSSHServer: Sendable {
  package static let user = "admin"
  package static let password = "s3cret-login"

  package let server: Server
  package let knownHosts: String
  package var port: Int { server.port }

  package static func start(
    in scratch: String, before target: Int, isOld: Bool = false
  ) async throws -> PasswordSSHServer {
    let port = try freePort()
    let host = "\(scratch)/host-\(port)"
    let made = try await program([
      "ssh-keygen", "-q", "-t", "rsa", "-m", "PEM", "-N", "", "-f", host,
    ])
    guard made.status == 0 else { throw ServerError.failed(made.stderr) }
    let script = try write(Self.script, to: "\(scratch)/ssh-\(port).py")
    // By a file: tests look for this password on every command line.
    let login = try write("\(user)\n\(password)", to: "\(scratch)/ssh-\(port).login")
    let server = try await Server(
      "/usr/bin/python3",
      [script, "\(port)", host, login, "\(target)", isOld ? "old" : "new"], port: port,
      log: "\(scratch)/ssh-\(port).log")
    return PasswordSSHServer(server: server, knownHosts: "\(scratch)/known_hosts-\(port)")
  }

  private static let script = #"""
    import paramiko, socket, sys, threading
    port, key, login, target, age = sys.argv[1:]
    user, password = open(login).read().split("\n")
    KEY = paramiko.RSAKey(filename=key)

    class Switch(paramiko.ServerInterface):
        def __init__(self): self.shell = threading.Event()
        def get_allowed_auths(self, name): return "password"
        def check_auth_password(self, name, word):
            good = name == user and word == password
            return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED
        def check_channel_request(self, kind, number): return paramiko.OPEN_SUCCEEDED
        def check_channel_pty_request(self, *arguments): return True
        def check_channel_shell_request(self, channel):
            self.shell.set()
            return True

    def pump(take, give, over):
        try:
            while True:
                data = take(4096)
                if not data: break
                give(data)
        except Exception:
            pass
        over()

    def serve(connection):
        transport = paramiko.Transport(connection)
        if age == "old":
            options = transport.get_security_options()
            options.kex = ["diffie-hellman-group1-sha1"]
            options.ciphers = ["aes128-cbc", "3des-cbc"]
            options.key_types = ["ssh-rsa"]
        transport.add_server_key(KEY)
        switch = Switch()
        try:
            transport.start_server(server=switch)
            channel = transport.accept(20)
            if channel is None or not switch.shell.wait(20): return transport.close()
        except Exception:
            return transport.close()
        behind = socket.create_connection(("127.0.0.1", int(target)))
        def hang_up():
            try: behind.shutdown(socket.SHUT_WR)
            except OSError: pass
        threading.Thread(target=pump, args=(channel.recv, behind.sendall, hang_up), daemon=True).start()
        pump(behind.recv, channel.sendall, channel.close)
        transport.close()

    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", int(port)))
    server.listen(8)
    while True:
        connection, _ = server.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()
    """#
}
