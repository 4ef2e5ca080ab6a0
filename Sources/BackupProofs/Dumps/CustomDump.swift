import OutsideWorld
import TISBackupCore

/// A dump in PostgreSQL's custom format.
///
/// It has no end marker, and `pg_restore --list` is content with half of one; writing it as SQL to
/// nowhere reads it to its end and finds what is missing or damaged.
package struct CustomDump: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// Throws `.unproven` when it is cut short or damaged, `.storage` when nobody here can tell.
  package func prove(using world: World) async throws(BackupError) {
    let finished = try await world.run(
      Invocation("pg_restore", ["--file=/dev/null", "--", path]), nil)
    guard !finished.succeeded else { return }
    // A newer pg_dump made it: that speaks against the pg_restore here, not against the dump.
    if finished.errors.contains("unsupported version") {
      throw BackupError(.storage, .tooNew(path, finished.reason), hint: .install)
    }
    throw BackupError(.unproven, .damaged(path, finished.reason))
  }
}

extension BackupError.Message {
  fileprivate static func tooNew(_ path: String, _ reason: String) -> Self {
    "pg_restore here cannot read '\(path)': \(reason)"
  }
  fileprivate static let install: Self =
    "Install the postgresql-client of the server's version on this backup server."
  fileprivate static func damaged(_ path: String, _ reason: String) -> Self {
    "'\(path)' is not whole: \(reason)"
  }
}
