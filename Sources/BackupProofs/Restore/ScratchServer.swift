import OutsideWorld
import TISBackupCore

/// A database server made for one restore test, on a socket that only its own user can reach.
///
/// A dump is hostile text until the opposite is known: server and clients run as an unprivileged
/// user without a way to more rights, and are told to leave the files of this machine alone.
package protocol ScratchServer: Sendable {
  /// Starts a server below `folder`, runs `body` with it, ends it and removes everything, whatever
  /// happens.
  ///
  /// Throws `.storage` when it cannot be started here.
  static func running<Value: Sendable>(
    in folder: String, programs: ProgramPath, using world: World,
    _ body: (Self) async throws(BackupError) -> Value
  ) async throws(BackupError) -> Value

  /// Makes what the dumps of a test take for granted: roles, and each other's databases.
  func prepare(for test: RestoreTest) async throws(BackupError)

  /// Loads a dump into an empty database, and counts what came out.
  ///
  /// Throws `.unproven` when the dump is bad, and `.storage` when this server cannot tell.
  func restore(_ dump: StoredDump) async throws(BackupError) -> RestoredContent
}
