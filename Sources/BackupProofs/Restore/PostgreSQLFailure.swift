import OutsideWorld
import TISBackupCore

/// Why psql or pg_restore could not load a dump.
struct PostgreSQLFailure: Sendable {
  /// What is missing on this machine, not in the dump.
  private static let ofTheServer = [
    "extension \"", "could not open extension control file", "could not access file",
    "could not load library", "No space left on device", "could not extend file",
    "out of memory", "out of shared memory",
    "has no equivalent in encoding", "collation \"", "tablespace \"",
    "invalid locale name", "language \"", "access method \"",
    "unrecognized configuration parameter",
    "unsupported version", "unsupported compression", "not built with",
    "this build does not support",
    "server closed the connection", "terminating connection", "connection to server",
  ]
  /// A role is no part of a database: it comes from the globals.
  private static let ofRoles = "role \""

  let reason: String

  init(_ finished: Finished) {
    let lines = finished.errors.split(whereSeparator: \.isNewline)
    // psql goes on after nothing, pg_restore neither: the first error is the one.
    let marks = ["ERROR:", "FATAL:", "error:"]
    let line = lines.first { line in marks.contains { line.contains($0) } }
    reason = String((line.map { String($0) } ?? finished.reason).prefix(300))
  }

  func error(for dump: StoredDump, from maker: String?, here: PostgreSQLVersion) -> BackupError {
    if reason.contains(Self.ofRoles) && reason.hasSuffix("does not exist") {
      return BackupError(.storage, .cannotTell(dump, reason), hint: .needsGlobals)
    }
    if let maker = maker.flatMap({ PostgreSQLVersion($0) }), maker.major > here.major {
      return BackupError(
        .storage, .newer(dump, maker, here: here, reason), hint: .installNewer(maker))
    }
    let isOurs = Self.ofTheServer.contains { reason.contains($0) }
    guard isOurs else { return BackupError(.unproven, .bad(dump, reason)) }
    return BackupError(.storage, .cannotTell(dump, reason), hint: .lookAtServer)
  }
}

extension BackupError.Message {
  fileprivate static let needsGlobals: Self =
    "Roles are in the dump of the globals (pg_dumpall --globals-only): keep one with the databases."
  fileprivate static let lookAtServer: Self =
    "That is missing here, not in the dump: give this machine what the dump's own server has."
  fileprivate static func newer(
    _ dump: StoredDump, _ maker: PostgreSQLVersion, here: PostgreSQLVersion, _ reason: String
  ) -> Self {
    "'\(dump.path)' cannot be tested here: it is of PostgreSQL \(maker), here is \(here): \(reason)"
  }
  fileprivate static func installNewer(_ maker: PostgreSQLVersion) -> Self {
    "Install the server of PostgreSQL \(maker) or a newer one on this machine."
  }
}
