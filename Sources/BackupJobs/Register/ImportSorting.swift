import Glibc
import OutsideWorld
import TISBackupCore

/// Decides of each row of a section in another catalog whether it is taken, and as what.
///
/// All that happened comes along: failures, exports, what cleanup removed. A row that says a backup is
/// there comes along when it is here. When it is not, it is left out: to take it as removed would
/// tell of a cleanup that never was, and hide the backup from the import after its files have come.
struct ImportSorting {
  let section: Section
  let folder: String
  /// The folders of all other sections: what lies there is theirs.
  let foreign: Set<String>
  let world: World
  private let names: Set<String>
  /// What this server's own rows, and those taken so far, stand for.
  private var starts: Set<Instant> = []
  private var places: Set<String> = []
  private var ownStarts: Set<Instant> = []
  private var ownPlaces: Set<String> = []

  init(
    _ section: Section, folder: String, foreign: Set<String>, knowing rows: [CatalogRow],
    _ world: World
  ) {
    (self.section, self.folder, self.foreign, self.world) = (section, folder, foreign, world)
    names = Set(DiskLayout.names(in: folder))
    for row in rows {
      if let start = row.start(in: world.zone) { ownStarts.insert(start) }
      if let name = row.artifactName { ownPlaces.insert("\(folder)/\(name)") }
      if let location = row.location, row.type != .export {
        ownPlaces.insert(DiskPath.trimmed(location))
      }
    }
  }

  /// What becomes of all rows of the section.
  mutating func sort(_ rows: [CatalogRow]) -> ImportPlan.Part {
    var part = ImportPlan.Part(section.name)
    // Where two tell of one backup, TISBackup's registration wrote the one without a TYPE.
    let ordered =
      rows.filter { $0.typeText?.isEmpty == false } + rows.filter { $0.typeText?.isEmpty != false }
    for row in ordered {
      switch decide(row) {
      case .take(let item): part.items.append(item)
      case .know: part.known += 1
      case .leave(let reason):
        part.left[reason, default: []].append(row.artifactName ?? row.startText ?? "?")
      }
    }
    part.items.sort { $0.start < $1.start }
    return part
  }

  private enum Decision {
    case take(ImportPlan.Item)
    case know
    case leave(ImportPlan.Reason)
  }

  private mutating func decide(_ row: CatalogRow) -> Decision {
    guard let start = row.start(in: world.zone) else { return .leave(.unreadable) }
    let place = place(of: row)
    if ownStarts.contains(start) || place.map(ownPlaces.contains) == true { return .know }
    if row.status == .running, let writer = row.writer, world.isAlive(writer) {
      return .leave(.running)
    }
    var item = ImportPlan.Item(row: row.id, start: start, end: row.end(in: world.zone) ?? start)
    item.isDead = row.status == .running
    if row.claimsBackup, section.type?.artifact != BackupType.Artifact.none {
      guard row.artifactName != nil else { return .leave(.placeless) }
      guard let place else { return .leave(.absent) }
      (item.location, item.isBackup) = (place, true)
    } else if row.type == .backup {
      // Of what failed, only the part that was kept has a place.
      item.location = item.isDead ? nil : place
    } else {
      item.location = row.location
    }
    guard starts.insert(start).inserted,
      place.map({ row.type == .backup && !places.insert($0).inserted }) != true
    else { return .leave(.doubled) }
    return .take(item)
  }

  /// Where the backup of a row is here: by its name in the folder of the section, else as recorded,
  /// unless that is another section's; nil when it is nowhere, or only a link, or empty.
  private func place(of row: CatalogRow) -> String? {
    guard let name = row.artifactName, let location = row.location.map(DiskPath.trimmed) else {
      return nil
    }
    if names.contains(name), Self.isStored("\(folder)/\(name)") { return "\(folder)/\(name)" }
    guard location.hasPrefix("/"), !location.split(separator: "/").contains(".."),
      !foreign.contains(DiskPath.parent(of: location)), recognises(name), Self.isStored(location)
    else { return nil }
    return location
  }

  private func recognises(_ name: String) -> Bool {
    CandidateJudge(section: section, folder: folder, world: world).recognises(name)
  }

  /// Whether a file or folder with something in it lies there.
  static func isStored(_ place: String) -> Bool {
    var status = stat()
    guard lstat(place, &status) == 0 else { return false }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return (try? FileTree.isEmpty(place)) == false
    case S_IFREG: return status.st_size > 0
    default: return false
    }
  }
}
