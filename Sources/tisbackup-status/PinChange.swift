import BackupJobs
import BackupTools
import Glibc
import OutsideWorld
import TISBackupCore

/// Pins a backup, or leaves it to retention again.
struct PinChange {
  let id: String
  /// Whether it is to be pinned.
  let isPin: Bool

  /// What came of it, in words.
  func perform(_ configuration: Configuration, _ world: World, dryRun: Bool) throws(BackupError)
    -> String
  {
    let places = try places(in: configuration, world)
    if dryRun { return "would \(isPin ? "pin" : "unpin") \(places.joined(separator: ", "))" }
    var changed: [String] = []
    for place in places {
      let pin = BackupPin(place)
      if try isPin ? pin.set(at: world.now(), in: world.zone) : pin.remove() {
        changed.append(place)
      }
    }
    guard !changed.isEmpty else { return "\(id) is \(isPin ? "pinned already" : "not pinned")" }
    return isPin
      ? "pinned \(changed.joined(separator: ", ")): no cleanup removes it"
      : "unpinned \(changed.joined(separator: ", ")): retention decides again"
  }

  /// What is on disk under that name: one backup, or the files of several databases.
  ///
  /// By its date on disk, so that a backup which the catalog lost can be pinned too, or by the start in
  /// the catalog, which differs from it for a virtual machine that TISBackup exported.
  private func places(in configuration: Configuration, _ world: World) throws(BackupError)
    -> [String]
  {
    guard let wanted = BackupID(id, in: world.zone) else {
      throw BackupError(.usage, .noID(id), hint: .form)
    }
    guard let section = configuration.sections.first(where: { $0.name == wanted.section }) else {
      let names = configuration.sections.map(\.name)
      throw BackupError(
        .usage, .noSection(wanted.section, configuration.path), hint: .known(wanted.section, names))
    }
    try configuration.repository(in: world).require()
    let folder = configuration.layout.folder(of: section)
    let found = DiskLayout.names(in: folder).filter {
      isBackup($0, of: section, world) && $0.contains(wanted.date)
    }.map { "\(folder)/\($0)" }
    if !found.isEmpty { return found }
    let catalog = try configuration.catalog(.read, zone: world.zone)
    let records = try catalog.newest(of: section.name).records
    let places = records.filter { BackupID($0, in: world.zone) == wanted }.compactMap { record in
      DiskLayout.places(of: record, in: folder).last { access($0, F_OK) == 0 }
    }
    guard places.isEmpty else { return places }
    let known = DiskLayout.names(in: folder).filter { isBackup($0, of: section, world) }
    throw BackupError(.usage, .noBackup(id, folder), hint: .newest(known, section.name))
  }

  private func isBackup(_ name: String, of section: Section, _ world: World) -> Bool {
    section.type?.start(ofKept: name, section: section.name, in: world.zone) != nil
  }
}

extension BackupError.Message {
  fileprivate static func noID(_ text: String) -> Self { "'\(text)' names no backup" }
  fileprivate static let form: Self =
    "Name it as section/YYYYMMDD-HHhMMmSS: web1/20261128-03h00m00."
  fileprivate static func noSection(_ name: String, _ path: String) -> Self {
    "'\(path)' has no section [\(name)]"
  }
  fileprivate static func known(_ name: String, _ names: [String]) -> Self {
    Suggestion.nearest(to: name, among: names).map { Self("Did you mean '\($0)'?") }
      ?? "The sections are: \(names.joined(separator: ", "))."
  }
  fileprivate static func noBackup(_ id: String, _ folder: String) -> Self {
    "there is no backup '\(id)' in '\(folder)'"
  }
  fileprivate static func newest(_ names: [String], _ section: String) -> Self {
    names.isEmpty
      ? "There is none at all: has its disk been mounted, has [\(section)] ever run?"
      : "The newest there are: \(names.suffix(5).reversed().joined(separator: ", "))."
  }
}
