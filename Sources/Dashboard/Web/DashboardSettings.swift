import OutsideWorld
import TISBackupCore

/// What the page is told on its command line.
package struct DashboardSettings: Sendable {
  /// The ini file, read again for each request, so that a change shows at once.
  package var configurationPath: String
  /// The folder that stands in for `backup_base_dir`; nil for none.
  package var base: String?
  package var users: UserFile
  /// The address that is listened at.
  package var host: String
  /// Zero lets the system choose one.
  package var port: Int
  /// How browsers reach the page when a proxy stands before it.
  package var publicAddress: PublicAddress?
  /// The folder of the other tools, which do the work.
  package var toolFolder: String
  package var world: World

  package init(
    configurationPath: String, base: String? = nil, users: UserFile, host: String, port: Int,
    publicAddress: PublicAddress? = nil, toolFolder: String, world: World
  ) {
    (self.configurationPath, self.base, self.users) = (configurationPath, base, users)
    (self.host, self.port, self.publicAddress) = (host, port, publicAddress)
    (self.toolFolder, self.world) = (toolFolder, world)
  }

  func configuration() throws(BackupError) -> Configuration {
    try Configuration(path: configurationPath, base: base)
  }
}
