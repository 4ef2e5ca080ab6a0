import BackupChecks
import Monitoring
import OutsideWorld
import TISBackupCore

/// Refuses a section that would begin on a disk which is nearly full or cannot be written, in the words of the check.
///
/// A disk that fills up ends every backup of the night half way, and may take the catalog with it.
struct DiskGuard {
  private let base: String
  private let limits: SpaceLimits
  private let readSpace: @Sendable (String) -> DiskSurvey.SpaceReading

  init(
    _ configuration: Configuration,
    readSpace: @escaping @Sendable (String) -> DiskSurvey.SpaceReading
  ) {
    base = configuration.layout.base
    (limits, self.readSpace) = (SpaceLimits(of: configuration), readSpace)
  }

  /// Throws when the file system of the base folder, or that of a section's own folder elsewhere, has
  /// less left than `minimum_free` and `minimum_free_inodes` ask for, or is mounted read-only.
  func permit(_ section: Section, in folder: String, _ world: World) throws(BackupError) {
    let places = folder.hasPrefix(base + "/") ? [base] : [base, folder]
    for place in places {
      guard let space = try? readSpace(place).get() else {
        world.say(Note(.warning, section.name, "the free space of '\(place)' cannot be read"))
        continue
      }
      let finding = FreeSpace().evaluate(SpaceFacts(path: place, space: space, limits: limits))
      guard finding.state == .ok else {
        throw BackupError(
          .storage, .unfit(section, place, finding.text),
          hint: space.isReadOnly ? .makeWritable(place) : .makeRoom)
      }
    }
  }
}

extension BackupError.Message {
  fileprivate static func unfit(_ section: Section, _ place: String, _ finding: String) -> Self {
    "section [\(section.name)]: not begun, '\(place)': \(finding)"
  }
  fileprivate static func makeWritable(_ place: String) -> Self {
    "See dmesg for the reason, then: mount -o remount,rw the file system of '\(place)'."
  }
  fileprivate static let makeRoom: Self =
    "Run tisbackup-cleanup, or lower minimum_free or minimum_free_inodes in [global]."
}
