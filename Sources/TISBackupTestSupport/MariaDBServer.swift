import Foundation

/// A real MariaDB with a folder of its own, on a socket and on a loopback port.
package struct MariaDBServer: Sendable {
  package let server: Server
  /// Its own folder; `data` in it are the databases.
  package let folder: String
  /// The login of backups, as `accounts` on the machine itself.
  package let user: String
  package let password: String

  /// May do everything, without a password, over the socket alone.
  package let rootUser = "root"
  package var port: Int { server.port }
  package var socket: String { "\(folder)/sock" }

  /// All a dump of everything needs.
  package static let rights = [
    "SELECT", "SHOW VIEW", "TRIGGER", "LOCK TABLES", "EVENT", "PROCESS", "RELOAD",
  ]

  private static let template = FolderTemplate { folder in
    try await run(
      ["mariadb-install-db", "--no-defaults", "--datadir=\(folder)", "--skip-test-db"]
        + ["--auth-root-authentication-method=normal"] + carefree + asRoot)
  }

  /// Small, and careless of a power cut.
  private static let carefree = [
    "--innodb-log-file-size=8M", "--innodb-buffer-pool-size=16M", "--innodb-flush-method=nosync",
    "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0",
  ]

  /// Root has to say that it is meant.
  private static var asRoot: [String] { getuid() == 0 ? ["--user=root"] : [] }

  /// Starts it with its files in `scratch`, where several fit; the login `user` has `rights` alone.
  package static func start(
    in scratch: String, password: String = "s3cret word", eventScheduler: String = "ON",
    user: String = "backup"
  ) async throws -> MariaDBServer {
    let port = try freePort()
    let folder = "\(scratch)/my\(port)"
    try await template.copy(to: "\(folder)/data")
    try makeFolder("\(folder)/tmp")
    try write("[client]\nsocket=\(folder)/sock\n", to: "\(folder)/my.cnf")
    let first = try write(logins(user, password), to: "\(folder)/first.sql")
    let server = try await Server(
      "/usr/sbin/mariadbd",
      options(folder) + ["--port=\(port)", "--event-scheduler=\(eventScheduler)"]
        + ["--init-file=\(first)"],
      port: port, log: "\(folder)/log", farewell: SIGKILL)
    return MariaDBServer(server: server, folder: folder, user: user, password: password)
  }

  private static func options(_ folder: String) -> [String] {
    [
      // A server that starts clears the temporary files of every other away.
      "--no-defaults", "--datadir=\(folder)/data", "--tmpdir=\(folder)/tmp",
      "--socket=\(folder)/sock", "--pid-file=\(folder)/pid", "--bind-address=127.0.0.1",
      "--skip-networking=0", "--skip-name-resolve", "--skip-log-bin",
      "--character-set-server=utf8mb4", "--innodb-temp-data-file-path=ibtmp1:1M:autoextend",
      "--innodb-buffer-pool-dump-at-shutdown=0", "--innodb-buffer-pool-load-at-startup=0",
      "--key-buffer-size=1M", "--aria-pagecache-buffer-size=8M",
    ] + carefree + asRoot
  }

  /// What the server does before it lets anybody in, a statement a line.
  private static func logins(_ user: String, _ password: String) -> String {
    let accounts = accounts(user)
    return """
      DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost';
      FLUSH PRIVILEGES;
      \(accounts.map { "CREATE USER \($0) IDENTIFIED BY \(literal(password));" }
        .joined(separator: "\n"))
      GRANT \(rights.joined(separator: ", ")) ON *.* TO \(accounts.joined(separator: ", "));

      """
  }

  private static func accounts(_ user: String) -> [String] {
    ["localhost", "127.0.0.1"].map { "\(literal(user))@'\($0)'" }
  }

  /// The accounts of the login, as `GRANT` and `REVOKE` take them.
  package var accounts: String { Self.accounts(user).joined(separator: ", ") }

  /// The variables that lead a client of this machine here.
  ///
  /// Debian's own `/etc/mysql/my.cnf` names a socket and so beats `MYSQL_UNIX_PORT`; the file in
  /// this folder is read after it.
  package var environment: [String: String] { ["MYSQL_HOME": folder] }

  /// Runs statements as root, of whom the first that fails is the last; gives the rows without
  /// their headers, columns apart by tabs.
  @discardableResult
  package func sql(_ statements: String, database: String? = nil) async throws -> String {
    let printed = try await run(
      ["mariadb", "--no-defaults", "--user=\(rootUser)", "--socket=\(socket)", "--batch"]
        + ["--skip-column-names", "--comments", "--default-character-set=utf8mb4"]
        + (database.map { ["--database=\($0)"] } ?? []),
      input: statements)
    return printed.hasSuffix("\n") ? String(printed.dropLast()) : printed
  }

  /// A text as a statement holds it.
  package static func literal(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
  }

  /// A name as a statement holds it.
  package static func identifier(_ name: String) -> String {
    "`" + name.replacing("`", with: "``") + "`"
  }

  /// Asks the server to end.
  package func stop() { server.stop() }

  /// Ends the server at once, as a power cut would.
  package func kill() { server.signal(SIGKILL) }

  /// Asks the server to end, and waits until it has.
  package func end() async { await server.end() }
}
