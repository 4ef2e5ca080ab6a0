import OutsideWorld
import TISBackupCore

/// One way to the configuration of a switch.
protocol SwitchSource: Sendable {
  /// The program that is run for it, for a dry run.
  var invocation: Invocation { get }

  /// Asks the switch, which is not changed by that.
  ///
  /// `workspace` is that of the backup it is asked for; nil when a login is only tried. Throws when
  /// there is no configuration, or not all of it.
  func copy(in workspace: Workspace?, using world: World) async throws(BackupError)
    -> SwitchCopy
}

/// A configuration as a switch gave it, proven as far as its model allows.
struct SwitchCopy: Sendable, Equatable {
  /// As it is kept.
  var bytes: [UInt8]
  /// What was found out on the way, a sentence each.
  var findings: [String]
  /// What the log of a run should say beside the rest.
  var notes: [String] = []

  init(bytes: [UInt8], findings: [String]) { (self.bytes, self.findings) = (bytes, findings) }
}
