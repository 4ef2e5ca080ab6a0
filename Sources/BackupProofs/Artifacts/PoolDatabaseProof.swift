import OutsideWorld
import TISBackupCore

/// Databases of Xen pools: read to the closing tag, with the tables and rows that every pool has.
package enum PoolDatabaseProof: ArtifactProof {
  package static let types: [BackupType] = [.xenMetadata]

  package static func prove(_ location: String, using world: World) async throws(BackupError)
    -> String?
  {
    let content = try await ReadingThreads.run { time throws(BackupError) in
      try read(location) { time.isCancelled }
    }
    return "whole: \(content.summary)"
  }

  private static func read(_ path: String, isCancelled: () -> Bool) throws(BackupError)
    -> PoolDatabase.Content
  {
    let database = try PoolDatabase(of: "'\(path)'")
    var failure: BackupError?
    let isWhole = try GzipReader(path: path).read { piece in
      do throws(BackupError) { try database.take(piece) } catch { failure = error }
      return failure == nil && !isCancelled()
    }
    if let failure { throw failure }
    guard isWhole else { throw BackupError(.interrupted, .interrupted(path)) }
    return try database.finish()
  }
}

extension BackupError.Message {
  fileprivate static func interrupted(_ path: String) -> Self {
    "interrupted while '\(path)' was read"
  }
}
