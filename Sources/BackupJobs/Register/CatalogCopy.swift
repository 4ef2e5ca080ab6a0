import Glibc
import OutsideWorld
import TISBackupCore

/// Keeps the catalog as it is before it is mended.
struct CatalogCopy {
  /// How many are kept.
  private static let count = 3

  let configuration: Configuration
  let world: World

  /// Makes a copy beside the catalog, unless there is nothing in it, and removes the oldest ones.
  ///
  /// Stopped at any instant, a file of that name is a whole catalog: it gets the name when it is one,
  /// and is on the disk.
  func keep() throws(BackupError) {
    let catalog = try configuration.catalog(.read, zone: world.zone)
    guard try !catalog.rowCounts().isEmpty else { return }
    let folder = configuration.layout.logFolder
    let prefix = "\(DiskPath.name(of: configuration.layout.catalog)).before-fsck-"
    let date = SnapshotName.text(for: world.now(), in: world.zone)
    let (path, beside) = ("\(folder)/\(prefix)\(date)", "\(folder)/\(prefix)new")
    unlink(beside)
    // SQLite takes an empty file, which has its rights before anything is in it.
    let descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("cannot create '\(beside)'") }
    defer { close(descriptor) }
    try catalog.copy(to: beside)
    guard fsync(descriptor) == 0, rename(beside, path) == 0 else {
      throw .system("cannot write '\(path)'")
    }
    SmallFile.syncFolder(folder)
    let copies = DiskLayout.names(in: folder).filter {
      $0.hasPrefix(prefix) && $0 != prefix + "new"
    }
    for old in copies.dropLast(Self.count) { unlink("\(folder)/\(old)") }
  }
}
