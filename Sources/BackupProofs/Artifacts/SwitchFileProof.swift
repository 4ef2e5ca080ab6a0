import Glibc
import OutsideWorld
import TISBackupCore

/// Configurations of switches: each model writes its own, so only that they are not empty can be
/// told.
package enum SwitchFileProof: ArtifactProof {
  package static let types: [BackupType] = [.switchConfiguration]

  package static func prove(_ location: String, using world: World) async throws(BackupError)
    -> String?
  {
    guard try !SmallFile.bytes(at: location, limit: 1).isEmpty else {
      throw BackupError(.unproven, .empty(location))
    }
    return nil
  }
}

extension BackupError.Message {
  fileprivate static func empty(_ location: String) -> Self { "'\(location)' is empty" }
}
