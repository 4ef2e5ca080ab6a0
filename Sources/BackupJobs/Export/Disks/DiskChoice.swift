import OutsideWorld
import TISBackupCore

/// Decides which disk of a rotation set takes an export.
package struct DiskChoice: Sendable {
  /// Labels or UUIDs.
  let names: [String]
  /// What is plugged in.
  let disks: [ExportDisk]
  /// When a disk was last exported to; nil for never.
  let lastExport: @Sendable (ExportPlace) -> Instant?
  /// What may never be written to, by what it holds: `the backups`.
  let held: @Sendable (ExportDisk) -> String?

  package init(
    of names: [String], among disks: [ExportDisk],
    lastExport: @escaping @Sendable (ExportPlace) -> Instant?,
    held: @escaping @Sendable (ExportDisk) -> String?
  ) {
    (self.names, self.disks, self.lastExport, self.held) = (names, disks, lastExport, held)
  }

  /// The disk of the set that is plugged in; of several the one whose turn it is: never exported to,
  /// then exported to longest ago.
  ///
  /// Throws when none is plugged in, when a name does not mean one disk, and when it means one that
  /// holds what is to be copied.
  package func choose() throws(BackupError) -> ExportDisk {
    var found: [ExportDisk] = []
    for name in names {
      guard let disk = try disk(named: name), !found.contains(disk) else { continue }
      if let what = held(disk) {
        throw BackupError(.usage, .holds(disk, what), hint: .otherDisk)
      }
      found.append(disk)
    }
    let turn = found.enumerated().min { one, other in
      func when(_ disk: ExportDisk) -> Int64 { lastExport(disk.place)?.microseconds ?? .min }
      return (when(one.element), one.offset) < (when(other.element), other.offset)
    }
    guard let turn else { throw noneFound }
    return turn.element
  }

  private func disk(named name: String) throws(BackupError) -> ExportDisk? {
    let meant = disks.filter { $0.isNamed(name) && $0.hasFileSystem }
    guard meant.count > 1 else { return meant.first }
    let areCopies = Set(meant.map { $0.uuid ?? $0.device }).count < meant.count
    throw BackupError(
      .usage, .ambiguous(name, meant), hint: areCopies ? .unplugOne : .useUUID(meant))
  }

  private var noneFound: BackupError {
    let locked = disks.filter { disk in disk.isLocked && names.contains(where: disk.isNamed) }
    if let disk = locked.first {
      return BackupError(.storage, .locked(disk), hint: .open(disk))
    }
    let known = disks.filter { $0.hasFileSystem && held($0) == nil }
    return BackupError(.storage, .none(names), hint: .plugIn(known))
  }
}

extension BackupError.Message {
  private static func list(_ names: [String]) -> String {
    names.map { "'\(ExportDisk.clean($0))'" }.joined(separator: ", ")
  }
  fileprivate static func none(_ names: [String]) -> Self {
    names.count == 1
      ? "no disk \(list(names)) is plugged in"
      : "none of the disks \(list(names)) is plugged in"
  }
  fileprivate static func plugIn(_ known: [ExportDisk]) -> Self {
    let found =
      known.isEmpty
      ? "No other file system was found." : "Found: \(known.map(\.shown).joined(separator: ", "))."
    return
      "Plug one of them in; a new one gets its label when it is made: mkfs.ext4 -L LABEL /dev/DEVICE. \(found) 'tisbackup-export --list-disks' tells more."
  }
  fileprivate static func ambiguous(_ name: String, _ disks: [ExportDisk]) -> Self {
    "\(disks.count) file systems are called '\(ExportDisk.clean(name))': \(disks.map(\.device).joined(separator: ", "))"
  }
  fileprivate static func useUUID(_ disks: [ExportDisk]) -> Self {
    let uuids = disks.map { "--disk \($0.uuid ?? "?") for \($0.device)" }
    return "Name the one that is meant by its UUID: \(uuids.joined(separator: ", "))."
  }
  fileprivate static let unplugOne: Self =
    "One is a copy of the other, with the same UUID: unplug the one that is not meant."
  fileprivate static func holds(_ disk: ExportDisk, _ what: String) -> Self {
    "the disk \(disk.shown) holds \(what)"
  }
  fileprivate static let otherDisk: Self =
    "Export to another disk: a copy beside its original is none."
  fileprivate static func locked(_ disk: ExportDisk) -> Self {
    "the disk \(disk.shown) is encrypted, and not open"
  }
  fileprivate static func open(_ disk: ExportDisk) -> Self {
    "Open it: cryptsetup open \(disk.device) backup-disk; then name the file system that is in it."
  }
}
