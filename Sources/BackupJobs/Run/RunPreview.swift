import BackupDrivers
import OutsideWorld
import TISBackupCore

/// What a run of one section would do: the commands in their order, secrets masked.
package struct RunPreview: Sendable, Equatable, Encodable {
  package var section: String
  package var commands: [String] = []
  /// Why it would not begin, as it should be.
  package var skipped: String?
  /// Why it would fail before it begins.
  package var problem: String?
}

extension RunJob {
  /// Looks at configuration, catalog and disk, and touches nothing.
  package func preview(of section: Section) -> RunPreview {
    var preview = RunPreview(section: section.name)
    do throws(BackupError) {
      if let problem = configuration.errors(of: section).first { throw problem.error }
      preview.skipped = try SectionRun.reasonToSkip(section, world)
      guard preview.skipped == nil else { return preview }
      let folder = configuration.layout.folder(of: section)
      try DiskGuard(configuration, readSpace: readSpace).permit(section, in: folder, world)
      let driver = try BackupDrivers.make(section)
      let store = SnapshotStore(section: section, folder: folder, world: world)
      let start = store.freeStart(world.now(), for: driver)
      let name = driver.artifactName(for: SnapshotName.text(for: start, in: world.zone))
      let catalog = try? configuration.catalog(.read, zone: world.zone)
      let links = try catalog.map(store.linkTargets) ?? LinkTargets()
      var workspace = Workspace(
        folder: folder, partial: "\(folder)/\(name)\(DiskLayout.partialSuffix)",
        linkTargets: links.paths)
      workspace.comparesContent = links.isDoubtful
      let hooks = try Hooks(section, world: world, lock: nil)
      preview.commands =
        try (hooks.preview(.before) + driver.preview(into: workspace) + hooks.preview(.after))
        .map(\.redacted)
    } catch {
      preview.problem = error.oneLine
    }
    return preview
  }
}
