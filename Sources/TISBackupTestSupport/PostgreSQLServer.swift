import Foundation

/// A real PostgreSQL cluster with a folder of its own, on a socket and on a loopback port.
package struct PostgreSQLServer: Sendable {
  package let server: Server
  /// Where its socket is; `data` in it is the cluster.
  package let socketFolder: String
  /// The login of backups, who needs the password everywhere.
  package let user: String
  package let password: String

  package var port: Int { server.port }

  private static let template = FolderTemplate { folder in
    try await giveAway(folder)
    try await run(
      asPostgres + [try bin("initdb"), "--pgdata=\(folder)", "--no-sync", "--username=postgres"]
        + ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--wal-segsize=1"])
    try write(
      """
      local all postgres trust
      local all all scram-sha-256
      host all all 127.0.0.1/32 scram-sha-256

      """, to: "\(folder)/pg_hba.conf")
    try await giveAway("\(folder)/pg_hba.conf")
  }

  /// Starts it with its files in `scratch`, where several fit; unless it is a superuser, the login
  /// `user` may read all data and no more.
  package static func start(
    in scratch: String, password: String = "s3cret word", user: String = "backup",
    superuser: Bool = false
  ) async throws -> PostgreSQLServer {
    let port = try freePort()
    let folder = "\(scratch)/pg\(port)"
    try await template.copy(to: "\(folder)/data")
    try await giveAway(folder)
    let server = try await Server(
      "/usr/bin/env", asPostgres + [try bin("postgres")] + options(folder, port), port: port,
      log: "\(folder)/log", farewell: SIGQUIT)
    let cluster = PostgreSQLServer(
      server: server, socketFolder: folder, user: user, password: password)
    try await cluster.becomesReady()
    try await cluster.sql(
      "CREATE ROLE \(identifier(user)) LOGIN PASSWORD \(literal(password))"
        + (superuser ? " SUPERUSER;" : "; GRANT pg_read_all_data TO \(identifier(user));"))
    return cluster
  }

  /// Small, and careless of a power cut.
  private static func options(_ folder: String, _ port: Int) -> [String] {
    let settings = [
      "fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "jit=off",
      "wal_level=minimal", "max_wal_senders=0", "shared_buffers=8MB", "max_connections=20",
      "dynamic_shared_memory_type=mmap", "listen_addresses=127.0.0.1", "port=\(port)",
      "unix_socket_directories=\(folder)",
    ]
    return ["-D", "\(folder)/data"] + settings.flatMap { ["-c", $0] }
  }

  /// The programs refuse to be root.
  private static var asPostgres: [String] {
    guard getuid() == 0 else { return [] }
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
  }

  /// Debian keeps the programs of each release apart, out of the way of `PATH`.
  private static func bin(_ name: String) throws -> String {
    let all = "/usr/lib/postgresql"
    let releases = names(all).filter { exists("\(all)/\($0)/bin/\(name)") }
    guard let newest = releases.max(by: { (Int($0) ?? 0) < (Int($1) ?? 0) }) else {
      throw ServerError.failed("no \(name) in \(all)")
    }
    return "\(all)/\(newest)/bin/\(name)"
  }

  private static func giveAway(_ path: String) async throws {
    if getuid() == 0 { try await run(["chown", "postgres:postgres", path]) }
  }

  /// It listens before it is ready; the last line of its pid file tells, as `pg_ctl` reads it.
  private func becomesReady() async throws {
    for _ in 0..<1500 {
      if pidFile.count > 7, pidFile[7].hasPrefix("ready") { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw ServerError.notListening(server.story)
  }

  private var pidFile: [String] {
    ((try? text("\(socketFolder)/data/postmaster.pid")) ?? "").components(separatedBy: "\n")
  }

  /// The variables that lead a client of this machine here.
  package var environment: [String: String] { ["PGHOST": socketFolder, "PGPORT": "\(port)"] }

  /// Runs statements as `postgres`, of whom the first that fails is the last; gives the rows
  /// without their headers, columns apart by `|`.
  @discardableResult
  package func sql(_ statements: String, database: String = "postgres") async throws -> String {
    let printed = try await run(
      ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", socketFolder]
        + ["-p", "\(port)", "-U", "postgres", "-f", "-", "-d", Self.connection(database)],
      input: statements)
    return printed.hasSuffix("\n") ? String(printed.dropLast()) : printed
  }

  /// A name with `=` in it would be taken for a list of settings.
  private static func connection(_ database: String) -> String {
    let escaped = database.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    return "dbname='\(escaped)'"
  }

  /// A text as a statement holds it.
  package static func literal(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }

  /// A name as a statement holds it.
  package static func identifier(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
  }

  /// Asks the server to end now, whoever is connected.
  package func stop() { server.signal(SIGINT) }

  /// Ends the server and all who serve its connections at once, as a power cut would.
  package func kill() {
    let segment = pidFile.count > 6 ? Int32(pidFile[6].split(separator: " ").last ?? "") : nil
    // A stopped postmaster makes no more children while they are counted.
    server.signal(SIGSTOP)
    for process in server.pid.map({ descendants(of: $0) }) ?? [] {
      Foundation.kill(process.pid, SIGKILL)
    }
    server.signal(SIGKILL)
    // Else it stays in the kernel until the machine starts anew.
    if let segment { shmctl(segment, IPC_RMID, nil) }
  }

  /// Asks the server to end now, and waits until it has.
  package func end() async {
    stop()
    await server.hasEnded()
  }
}
