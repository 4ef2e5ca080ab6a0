import OutsideWorld
import TISBackupCore

/// A MariaDB server of one restore test; it takes the dumps of MySQL too, as far as MariaDB does.
package struct ScratchMariaDB: ScratchServer {
  /// The account that dumps are loaded with: it may do anything in the databases under test, and
  /// nothing to the server or with files.
  static let loader = "tisbackup_restore"

  let client: String
  let socket: String
  let user: RestoreUser
  let world: World

  package static func running<Value: Sendable>(
    in folder: String, programs: ProgramPath, using world: World,
    _ body: (Self) async throws(BackupError) -> Value
  ) async throws(BackupError) -> Value {
    guard let daemon = programs.find("mariadbd", "mysqld"),
      let installer = programs.find("mariadb-install-db", "mysql_install_db"),
      let client = programs.find("mariadb", "mysql")
    else { throw BackupError(.storage, .noServer, hint: .installServer) }
    let user = try RestoreUser.current()
    return try await ScratchFolder.with(in: folder, for: user) { scratch throws(BackupError) in
      let server = ScratchMariaDB(
        client: client, socket: try scratch.socket("socket"), user: user, world: world)
      try await user.enter(scratch.server, using: world)
      try await server.install(with: installer, in: scratch)
      let process = ServerProcess(server.daemon(daemon, in: scratch), using: world)
      return try await process.run(
        whenReady: { () async throws(BackupError) in try await server.answers() },
        { () async throws(BackupError) in try await body(server) })
    }
  }

  private func install(with installer: String, in scratch: ScratchFolder) async throws(BackupError)
  {
    var invocation = Invocation(
      installer,
      [
        "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db",
        "--cross-bootstrap", "--skip-name-resolve",
      ] + Self.storage(in: scratch))
    invocation.workingFolder = scratch.server
    invocation.lock = scratch.lock
    let finished = try await world.run(user.run(invocation), nil)
    guard finished.succeeded else {
      throw BackupError(.storage, .notInstalled(finished), hint: .lookAtSpace)
    }
  }

  private func daemon(_ program: String, in scratch: ScratchFolder) -> Invocation {
    var invocation = Invocation(
      program,
      ["--no-defaults"] + Self.storage(in: scratch) + [
        "--socket=\(socket)", "--pid-file=\(scratch.server)/pid", "--skip-networking",
        // What is on this machine is none of a dump's business: no plug-ins, no files.
        "--plugin-dir=\(scratch.server)/nothing", "--secure-file-priv=\(scratch.server)/nothing",
        "--local-infile=OFF", "--skip-symbolic-links",
        // Restored events must never run; switched off for good, they could not even be made.
        "--event-scheduler=OFF",
        "--skip-log-bin", "--sync-binlog=0", "--skip-slave-start",
        "--innodb-doublewrite=OFF", "--key-buffer-size=16M", "--performance-schema=OFF",
        "--max-allowed-packet=1G", "--character-set-server=utf8mb4",
        // Tables of older servers may have rows that are too long for the rules of today.
        "--innodb-strict-mode=OFF",
      ])
    invocation.workingFolder = scratch.server
    invocation.lock = scratch.lock
    return user.run(invocation)
  }

  /// Nothing has to survive a power cut.
  private static func storage(in scratch: ScratchFolder) -> [String] {
    [
      "--datadir=\(scratch.server)/data", "--tmpdir=\(scratch.server)/tmp",
      "--innodb-log-file-size=96M", "--innodb-buffer-pool-size=128M",
      "--innodb-flush-log-at-trx-commit=0", "--loose-innodb-flush-method=nosync",
    ]
  }

  private func answers() async throws(BackupError) -> Bool {
    try await ask("SELECT 1").succeeded
  }
}

extension ScratchMariaDB {
  /// The client as it is safe to be fed with a dump.
  func client(as account: String, _ arguments: [String]) -> Invocation {
    var invocation = Invocation(
      client,
      [
        "--no-defaults", "--socket=\(socket)", "--user=\(account)", "--batch",
        // Without it, lines like 'system ...' and '\! ...' of a dump run programs.
        "--binary-mode", "--loose-sandbox",
        "--default-character-set=utf8mb4", "--max-allowed-packet=1G", "--local-infile=0",
      ] + arguments)
    // A password of this process' own environment is none of this server.
    invocation.environment = ["MYSQL_PWD": "", "HOME": DiskPath.parent(of: socket)]
    invocation.workingFolder = DiskPath.parent(of: socket)
    return invocation
  }

  /// Runs statements of our own as root.
  func ask(_ statements: String, in database: String? = nil) async throws(BackupError) -> Finished {
    var invocation = client(
      as: "root", ["--skip-column-names"] + (database.map { ["--database=\($0)"] } ?? []))
    invocation.input = .bytes(Array(statements.utf8))
    return try await world.run(user.run(invocation), nil)
  }

  /// The same, where a failure is none of the dump's.
  @discardableResult
  func answer(_ statements: String, in database: String? = nil) async throws(BackupError) -> String
  {
    let finished = try await ask(statements, in: database)
    guard finished.succeeded else { throw BackupError(.storage, .refused(finished)) }
    return finished.output
  }
}

extension BackupError.Message {
  fileprivate static let noServer: Self = "no MariaDB server is here to load the dump into"
  fileprivate static let installServer: Self =
    "Install the server on this machine (Debian: mariadb-server; it need not run)."
  fileprivate static func notInstalled(_ finished: Finished) -> Self {
    "cannot make an empty MariaDB server: \(finished.reason)"
  }
  fileprivate static let lookAtSpace: Self =
    "The folder of restore tests needs free space, and must allow programs to write there."
  fileprivate static func refused(_ finished: Finished) -> Self {
    "the MariaDB server of the restore test refused: \(finished.reason)"
  }
}
