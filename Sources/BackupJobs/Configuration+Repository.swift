import OutsideWorld
import TISBackupCore

extension Configuration {
  /// The base folder of this configuration, as this machine remembers it.
  package func repository(in world: World) -> Repository {
    Repository(layout, remembering: world.memory)
  }
}
