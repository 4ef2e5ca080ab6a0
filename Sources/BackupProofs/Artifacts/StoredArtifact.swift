import Glibc
import OutsideWorld
import TISBackupCore

/// What lies on disk where a backup of some type should be.
package struct StoredArtifact: Sendable {
  package let type: BackupType
  package let location: String

  package init(type: BackupType, location: String) { (self.type, self.location) = (type, location) }

  /// Proves it by its content alone, as ``ArtifactProof/prove(_:using:)`` does, when it is of the
  /// kind that its type leaves.
  package func prove(using world: World) async throws(BackupError) -> String? {
    var status = stat()
    guard lstat(location, &status) == 0 else { throw .system("cannot look at '\(location)'") }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    guard isFolder == (type.artifact == .folder) else {
      throw BackupError(.unproven, isFolder ? .folder(location) : .noFolder(location))
    }
    guard isFolder || status.st_size > 0 else { throw BackupError(.unproven, .empty(location)) }
    return try await ArtifactProofs.proof(of: type)?.prove(location, using: world)
  }
}

extension BackupError.Message {
  fileprivate static func folder(_ location: String) -> Self {
    "'\(location)' is a folder, not a file"
  }
  fileprivate static func noFolder(_ location: String) -> Self { "'\(location)' is not a folder" }
  fileprivate static func empty(_ location: String) -> Self { "'\(location)' is empty" }
}
