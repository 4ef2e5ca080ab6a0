import Glibc
import OutsideWorld
import TISBackupCore

/// The disks that take turns as targets of a site's exports: which of them is here, and whose turn it
/// is.
package struct DiskRotation: Sendable {
  package let configuration: Configuration
  package let world: World
  package var disks: ExportDisks
  package var isRoot = geteuid() == 0

  package init(_ configuration: Configuration, _ world: World) {
    (self.configuration, self.world, disks) = (configuration, world, ExportDisks(world))
  }

  /// The disk that takes an export, of those that are named by label or UUID.
  ///
  /// Throws as ``DiskChoice/choose()`` does.
  package func choose(of names: [String]) async throws(BackupError) -> ExportDisk {
    let found = try await disks.list()
    let record = targets()
    let held = holders()
    do throws(BackupError) {
      return try DiskChoice(
        of: names, among: found,
        lastExport: { place in record.first { $0.place.key == place.key }?.lastExport },
        held: held
      ).choose()
    } catch  where !isRoot && error.code == .storage {
      // Without udev nobody else sees a label, and nobody else mounts what is found.
      throw BackupError(.storage, error.message, hint: .asRoot)
    }
  }

  /// One disk, as `--list-disks` tells of it.
  package struct Entry: Sendable {
    /// Nil for one that is not plugged in.
    package var disk: ExportDisk?
    /// What the catalog knows of it; nil when nothing was ever copied to it.
    package var record: ExportTarget?
    /// The name of it in `export_disks`, or what stands for it.
    package var name: String
    package var isInSet: Bool
    /// Why nothing is ever copied to it, `the backups themselves`; nil for most.
    package var held: String?
    /// Bytes that are free on it; nil when it is not mounted.
    package var free: Int64?
  }

  /// Every file system that is plugged in, then the disks of the set and of the catalog that are not.
  package func survey() async throws(BackupError) -> [Entry] {
    let (names, record, held) = (configuration.exportDisks, targets(), holders())
    let here = try await disks.list().map { disk in
      Entry(
        disk: disk, record: record.first { $0.place.key == disk.place.key },
        name: disk.label ?? disk.uuid ?? disk.device, isInSet: names.contains(where: disk.isNamed),
        held: held(disk),
        free: disk.mounts.first.flatMap { try? TargetSpace.of($0.point).bytes })
    }
    let missing = names.filter { name in !here.contains { $0.disk?.isNamed(name) == true } }
    let absent = missing.map { name in
      Entry(record: newest(named: name, record), name: name, isInSet: true)
    }
    let known = (here + absent).compactMap(\.record?.place.key)
    let others = record.filter { $0.place.isDisk && !known.contains($0.place.key) }
    return here + absent
      + others.map { Entry(record: $0, name: $0.place.name, isInSet: false) }
  }

  private func newest(named name: String, _ record: [ExportTarget]) -> ExportTarget? {
    record.filter { $0.place.isNamed(name) }
      .max { ($0.lastExport?.microseconds ?? .min) < ($1.lastExport?.microseconds ?? .min) }
  }

  /// What the catalog knows; nothing where there is none yet.
  private func targets() -> [ExportTarget] {
    (try? configuration.catalog(.read, zone: world.zone).exportTargets()) ?? []
  }

  /// Says what of this server is on a disk that no copy of it may go to.
  private func holders() -> @Sendable (ExportDisk) -> String? {
    let places = MountedPlaces(parsing: disks.mounted())
    let layout = configuration.layout
    let backups = [layout.base] + configuration.sections.map(layout.folder)
    let holders =
      backups.map { (path: $0, what: "the backups themselves") }
      + ["/", "/usr", "/boot"].map { (path: $0, what: "this system") }
    let held = holders.compactMap { path, what in
      places.place(holding: path).map { (place: $0, what: what) }
    }
    return { disk in
      held.first { place, _ in
        place.number == disk.number || place.source == disk.device
          || disk.mounts.contains { $0.number == place.number }
      }?.what
    }
  }
}

extension DiskRotation.Entry {
  init(record: ExportTarget?, name: String, isInSet: Bool) {
    self.init(disk: nil, record: record, name: name, isInSet: isInSet, held: nil, free: nil)
  }
}

extension BackupError.Message {
  fileprivate static let asRoot: Self =
    "Only root may look at disks and mount them: run tisbackup-export as root, or let root mount the disk and export with -x DIR."
}
