import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// Copies the newest good backup of each section to another folder, and proves the copy.
package struct ExportJob: Sendable {
  package var configuration: Configuration
  package var sections: [Section]
  /// Where to, an existing folder.
  package var target: String
  /// What the catalog knows the target as.
  package var place: ExportPlace
  /// Generations of a section that stay on the target.
  package var keep: Int
  package var world: World
  /// Whether somebody watches a terminal.
  package var showsProgress = false
  /// What is free on the file system of a folder.
  package var freeSpace: @Sendable (String) throws(BackupError) -> TargetSpace = TargetSpace.of
  /// What a folder can keep; a dry run guesses, for to find out is to write.
  package var abilities: @Sendable (String) throws(BackupError) -> TargetAbilities =
    TargetAbilities.probe

  /// `place` is for a target that is a disk; another is known by its path.
  package init(
    _ configuration: Configuration, _ sections: [Section], to target: String,
    on place: ExportPlace? = nil, keep: Int, world: World
  ) {
    (self.configuration, self.sections) = (configuration, sections)
    (self.target, self.keep, self.world) = (DiskPath.trimmed(target), keep, world)
    self.place = place ?? ExportPlace(folder: DiskPath.resolved(target) ?? target)
  }

  /// What would be copied; leaves nothing behind.
  ///
  /// Throws when the target is not a folder, lies among the backups, or is too small.
  package func plan() throws(BackupError) -> ExportPlan {
    try configuration.repository(in: world).require()
    guard DiskLayout.isFolder(target) else {
      throw BackupError(.storage, .noTarget(target), hint: .makeTarget)
    }
    if let place = placeOfBackups {
      throw BackupError(.usage, .amongBackups(target, place), hint: .otherDisk)
    }
    let catalog = try configuration.catalog(.read, zone: world.zone)
    var plan = ExportPlan(free: try freeSpace(target))
    // Where there is no room to try, there is none for a copy.
    plan.abilities = try plan.free.isUsedUp ? .init() : abilities(target)
    for section in sections { try add(section, to: &plan, catalog) }
    plan.paperwork = paperwork(for: plan)
    guard plan.fits else {
      throw BackupError(.storage, .tooSmall(target, plan), hint: .chooseFewer)
    }
    return plan
  }

  /// What would be copied to a disk that is not mounted, as far as that can be told: all of it, for
  /// nobody sees what is there already.
  package func planUnseen() throws(BackupError) -> ExportPlan {
    try configuration.repository(in: world).require()
    let catalog = try configuration.catalog(.read, zone: world.zone)
    var plan = ExportPlan(free: TargetSpace(bytes: .max))
    for section in sections { try add(section, to: &plan, catalog) }
    return plan
  }

  /// The folder of backups that an export would write into, by whatever way; nil for none.
  private var placeOfBackups: String? {
    func real(_ path: String) -> String { DiskPath.resolved(path) ?? path }
    let folders = configuration.sections.map(configuration.layout.folder)
    let target = real(target)
    let above = ([configuration.layout.base] + folders).first { place in
      target == real(place) || target.hasPrefix(real(place) + "/")
    }
    // Pruning generations there would delete the backups themselves.
    let copies = Set(sections.map { real("\(target)/\($0.name)") })
    return above ?? folders.first { copies.contains(real($0)) }
  }

  private func add(_ section: Section, to plan: inout ExportPlan, _ catalog: Catalog)
    throws(BackupError)
  {
    if let skipped = SectionResult.leavingNothing(section) {
      plan.left.append(skipped)
      return
    }
    let records = try catalog.newest(of: section.name).records.filter(\.isGood)
    guard let record = records.first(where: { source(of: $0, section) != nil }),
      let source = source(of: record, section)
    else {
      let reason = records.isEmpty ? "no good backup on record" : "no good backup left on disk"
      plan.left.append(SectionResult(section.name, .failed, reason))
      return
    }
    try plan.items.append(item(section, record, source, plan.free, plan.abilities))
  }

  private func item(
    _ section: Section, _ record: BackupRecord, _ source: String, _ space: TargetSpace,
    _ abilities: TargetAbilities
  ) throws(BackupError) -> ExportPlan.Item {
    let generation = SnapshotName.text(for: record.start, in: world.zone)
    let folder = "\(target)/\(section.name)"
    var item = ExportPlan.Item(
      section: section.name, server: section.server, record: record, source: source,
      folder: folder, generation: generation, needs: CopyNeeds(),
      isThere: access("\(folder)/\(generation)", F_OK) == 0)
    let isTree = FileTreeProof.types.contains { $0.name == section.type?.name }
    item.form = try CopyForm.of(source, isTree: isTree, on: abilities)
    item.links = abilities.links
    guard !item.isThere else { return item }
    let older = abilities.links ? ExportGenerations(folder, zone: world.zone).names.last : nil
    item.needs = try CopyNeeds.of(
      source, linkedTo: older.map { "\(folder)/\($0)" }, on: space)
    return item
  }

  private func source(of record: BackupRecord, _ section: Section) -> String? {
    DiskLayout.places(of: record, in: configuration.layout.folder(of: section))
      .first { access($0, F_OK) == 0 }
  }

  /// The manifest is written beside the old one, with a line of some 150 bytes for each file; so are
  /// the catalog and the paper; and the manifest of each backup goes along.
  private func paperwork(for plan: ExportPlan) -> CopyNeeds {
    func size(_ path: String) -> Int64 {
      var status = stat()
      return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
    let files = plan.items.compactMap(\.record.files).reduce(0, +)
    let bytes = [
      size(configuration.layout.catalog), size("\(target)/\(ExportManifest.name)") + 500 * files,
    ].map(plan.free.taken).reduce(4 * plan.free.block, +)
    return CopyNeeds(bytes: bytes, inodes: 8)
  }
}

extension BackupError.Message {
  fileprivate static func noTarget(_ target: String) -> Self { "'\(target)' is not a folder" }
  fileprivate static let makeTarget: Self =
    "Mount the disk, or make the folder: an export never makes its target."
  fileprivate static func amongBackups(_ target: String, _ place: String) -> Self {
    "an export to '\(target)' would write among the backups in '\(place)'"
  }
  fileprivate static let otherDisk: Self =
    "Export to another disk: a copy beside its original is none."
  fileprivate static func tooSmall(_ target: String, _ plan: ExportPlan) -> Self {
    let (needed, free) = (plan.needed, plan.free)
    guard needed.bytes <= free.bytes else {
      return
        "'\(target)' has \(ByteCount(free.bytes)) free and the export may need \(ByteCount(needed.bytes))"
    }
    return
      "'\(target)' has room for \(free.inodes ?? 0) more names and the export may need \(needed.inodes)"
  }
  fileprivate static let chooseFewer: Self =
    "Nothing was written. Free space there, choose fewer sections with -s, or take a larger disk: older generations go only when the new ones are whole."
}
