import Glibc
import OutsideWorld
import TISBackupCore

/// Puts a catalog that can be trusted in the place of one that cannot, and keeps that one beside it.
///
/// Stopped at any instant, a catalog stands in its place: the damaged one, which every tool tells of
/// and which the next repair begins with again, or the new one, whole.
struct CatalogRebuild {
  /// What came of it.
  struct Result {
    /// Where the damaged file is now.
    var aside: String
    /// Rows that could be read.
    var saved: Int
    /// Rows that could be read, and made no sense.
    var unusable: Int
  }

  let configuration: Configuration
  let world: World

  private var catalog: String { configuration.layout.catalog }
  private var rebuilt: String { "\(catalog).rebuilt" }

  /// Does it; to be called by whoever has the repository alone.
  func perform() throws(BackupError) -> Result {
    let aside = try keepAside()
    // Read under the new name, beside which no journal lies: one that could not be rolled back would
    // keep SQLite from reading anything.
    let salvage = CatalogSalvage(path: aside, zone: world.zone)
    try write(salvage, aside)
    // Before the new file has the name: SQLite would roll the old journal back into it.
    if access("\(catalog)-journal", F_OK) == 0,
      rename("\(catalog)-journal", "\(aside)-journal") != 0
    {
      throw .system("cannot set the journal of '\(catalog)' aside")
    }
    guard rename(rebuilt, catalog) == 0 else {
      throw .system("cannot rename '\(rebuilt)' to '\(catalog)'")
    }
    SmallFile.syncFolder(configuration.layout.logFolder)
    return Result(aside: aside, saved: salvage.contents.count, unusable: salvage.unusable)
  }

  /// Gives the damaged file a second name, that of an earlier try if there was one; where a disk knows
  /// no second names, a copy is as good.
  private func keepAside() throws(BackupError) -> String {
    let prefix = "\(DiskPath.name(of: catalog)).damaged-"
    var status = stat()
    guard stat(catalog, &status) == 0 else { throw .system("cannot look at '\(catalog)'") }
    let folder = configuration.layout.logFolder
    for name in DiskLayout.names(in: folder) where name.hasPrefix(prefix) {
      var other = stat()
      if stat("\(folder)/\(name)", &other) == 0, other.st_ino == status.st_ino {
        return "\(folder)/\(name)"
      }
    }
    var aside = "\(folder)/\(prefix)\(SnapshotName.text(for: world.now(), in: world.zone))"
    while access(aside, F_OK) == 0 { aside += "a" }
    if link(catalog, aside) != 0 { try FileCopy.make(of: catalog, at: aside) }
    SmallFile.syncFolder(folder)
    return aside
  }

  /// Writes what was saved to a file of its own; that of an earlier try begins anew.
  private func write(_ salvage: CatalogSalvage, _ aside: String) throws(BackupError) {
    for path in [rebuilt, "\(rebuilt)-journal"] { unlink(path) }
    let fresh = try Catalog(
      path: rebuilt, access: .write, zone: world.zone, audience: configuration.audience)
    var bySection: [String: [CatalogContent]] = [:]
    for content in salvage.contents {
      if case .text(let section) = content["backup_name"] {
        bySection[section, default: []].append(content)
      }
    }
    for (section, contents) in bySection.sorted(by: { $0.key < $1.key }) {
      try fresh.takeOver(section, at: world.now()) { (add) throws(BackupError) in
        for content in contents { try add(content) }
      }
    }
    // Which disks hold what, as far as that can be read: nothing else knows of a disk in a drawer.
    if let old = try? Catalog(path: aside, access: .check, zone: world.zone),
      let targets = try? old.exportTargets()
    {
      try fresh.takeOver(targets)
    }
    try keepRights()
  }

  /// Whoever could read the old one has to be able to read the new one.
  private func keepRights() throws(BackupError) {
    var status = stat()
    guard stat(catalog, &status) == 0 else { throw .system("cannot look at '\(catalog)'") }
    chown(rebuilt, status.st_uid, status.st_gid)
    chmod(rebuilt, status.st_mode & 0o666)
  }
}
