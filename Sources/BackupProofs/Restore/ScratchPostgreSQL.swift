import Glibc
import OutsideWorld
import TISBackupCore

/// A PostgreSQL server of one restore test.
///
/// Dumps are loaded as a superuser, as nothing less can own what they hold; and a superuser's SQL
/// may run programs (`COPY ... TO PROGRAM`). So what remains to a hostile dump is what `nobody` may
/// do on this machine, without a way to more rights; it is none of psql's own commands.
package struct ScratchPostgreSQL: ScratchServer {
  /// Named so that no dump's roles touch it.
  private static let superuser = "tisbackup_restore"

  let programs: PostgreSQLPrograms
  let version: PostgreSQLVersion
  /// The folder of the socket, and of the server.
  let folder: String
  let user: RestoreUser
  let world: World

  package static func running<Value: Sendable>(
    in folder: String, programs: ProgramPath, using world: World,
    _ body: (Self) async throws(BackupError) -> Value
  ) async throws(BackupError) -> Value {
    let programs = try PostgreSQLPrograms(on: programs)
    let version = try await Self.version(of: programs, using: world)
    let user = try RestoreUser.current()
    return try await ScratchFolder.with(in: folder, for: user) { scratch throws(BackupError) in
      _ = try scratch.socket(".s.PGSQL.5432.lock")
      let server = ScratchPostgreSQL(
        programs: programs, version: version, folder: scratch.server, user: user, world: world)
      try await user.enter(scratch.server, using: world)
      try await server.install(in: scratch)
      let process = ServerProcess(server.daemon(in: scratch), using: world)
      return try await process.run(
        whenReady: { () async throws(BackupError) in
          try await server.ask("SELECT 1", in: "postgres").succeeded
        }, { () async throws(BackupError) in try await body(server) })
    }
  }

  private static func version(
    of programs: PostgreSQLPrograms, using world: World
  ) async throws(BackupError) -> PostgreSQLVersion {
    let finished = try await world.run(Invocation(programs.path("psql"), ["--version"]), nil)
    guard finished.succeeded, let version = PostgreSQLVersion(finished.output) else {
      throw BackupError(.storage, .noVersion(programs, finished))
    }
    return version
  }

  private func install(in scratch: ScratchFolder) async throws(BackupError) {
    var invocation = Invocation(
      programs.path("initdb"),
      [
        "--no-sync", "--auth=trust", "--username=\(Self.superuser)", "--locale=C",
        "--encoding=UTF8", "--pgdata=\(folder)/data",
      ])
    invocation.workingFolder = folder
    invocation.lock = scratch.lock
    let finished = try await world.run(user.run(invocation), nil)
    guard finished.succeeded else {
      throw BackupError(.storage, .notInstalled(finished), hint: .lookAtSpace)
    }
  }

  private func daemon(in scratch: ScratchFolder) -> Invocation {
    let settings = [
      "listen_addresses=", "port=5432", "unix_socket_directories=\"\(folder)\"",
      // Nothing has to survive a power cut.
      "fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal",
      "max_wal_senders=0", "autovacuum=off", "max_connections=20", "shared_buffers=64MB",
      "maintenance_work_mem=128MB",
      // A restored subscription must never fetch anything.
      "max_logical_replication_workers=0",
      // Statements of a dump hold data, which belong into no log.
      "log_min_error_statement=panic", "log_min_messages=fatal",
    ]
    var invocation = Invocation(
      programs.path("postgres"),
      ["-D", "\(folder)/data"] + settings.flatMap { ["-c", $0] })
    invocation.workingFolder = folder
    invocation.lock = scratch.lock
    return user.run(invocation)
  }
}

extension ScratchPostgreSQL {
  /// A client, connected to a database.
  func client(_ name: String, _ database: String, _ arguments: [String]) -> Invocation {
    var invocation = Invocation(
      programs.path(name),
      [
        "--host=\(folder)", "--port=5432", "--username=\(Self.superuser)", "--no-password",
        // A name may look like a whole connection string: this one is quoted in such.
        "--dbname=dbname=\(Self.quoted(database))",
      ] + arguments)
    // What the environment of this process says of a server is none of this one.
    invocation.environment = ["PGOPTIONS": "", "PGCLIENTENCODING": "UTF8", "HOME": folder]
    invocation.workingFolder = folder
    return invocation
  }

  func psql(in database: String, _ arguments: [String]) -> Invocation {
    client(
      "psql", database, ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only"] + arguments)
  }

  /// Runs statements of our own, each for itself.
  func ask(_ statements: String..., in database: String) async throws(BackupError) -> Finished {
    let invocation = psql(
      in: database, ["--set=ON_ERROR_STOP=1"] + statements.flatMap { ["--command", $0] })
    return try await world.run(user.run(invocation), nil)
  }

  /// `libpq`'s quotes.
  private static func quoted(_ value: String) -> String {
    "'\(value.escaping("'", "\\"))'"
  }
}

extension BackupError.Message {
  fileprivate static func noVersion(_ programs: PostgreSQLPrograms, _ finished: Finished) -> Self {
    "'\(programs.path("psql"))' does not say its version: \(finished.reason)"
  }
  fileprivate static func notInstalled(_ finished: Finished) -> Self {
    "cannot make an empty PostgreSQL server: \(finished.reason)"
  }
  fileprivate static let lookAtSpace: Self =
    "The folder of restore tests needs free space, and must allow programs to write there."
}
