import Glibc
import OutsideWorld
import TISBackupCore

/// Keeps the configuration of a network switch, and tells what changed in it.
package struct Switch: BackupDriver {
  package static let type = BackupType.switchConfiguration

  private let section: String
  private let model: SwitchModel
  private let source: any SwitchSource

  package init(_ section: Section) throws(BackupError) {
    self.section = section.name
    model = try SwitchModels.model(of: section)
    if let page = model.page {
      source = try SwitchWeb(section, model, page)
    } else {
      source = try SwitchConnection(section, model)
    }
  }

  package static func problems(in configuration: Configuration) -> [ConfigurationProblem] {
    SwitchModels.problems(in: configuration)
  }

  package func artifactName(for date: String) -> String { "\(section)-\(date)\(model.suffix)" }

  package func backUp(into workspace: Workspace, using world: World) async throws(BackupError)
    -> Outcome
  {
    let copy = try await workspace.retrying(section, using: world) { () throws(BackupError) in
      try await source.copy(in: workspace, using: world)
    }
    let last = try workspace.linkTargets.first.map { path throws(BackupError) in
      try StoredConfiguration(path: path)
    }
    let comparison = SwitchComparison(copy, with: last, of: model, in: world.zone)
    // What two runs found alike is no accident.
    let isDoubtful = comparison.isSuspect ? try !wasSeen(copy, in: workspace) : false
    var outcome = Outcome(
      isDoubtful ? .warning : .ok,
      log: ([comparison.text] + copy.notes).joined(separator: "\n"))
    (outcome.files, outcome.bytes) = (1, Int64(copy.bytes.count))
    if let last, comparison.isUnchanged, link(last.path, workspace.partial) == 0 {
      (outcome.bytes, outcome.writtenFiles, outcome.writtenBytes) = (Int64(last.bytes.count), 0, 0)
    } else {
      try SmallFile.create(copy.bytes, at: workspace.partial)
      (outcome.writtenFiles, outcome.writtenBytes) = (1, outcome.bytes)
    }
    return outcome
  }

  /// Whether the newest configuration in the folder, good or not, is the same.
  private func wasSeen(_ copy: SwitchCopy, in workspace: Workspace) throws(BackupError) -> Bool {
    let newest = DiskLayout.names(in: workspace.folder).filter { name in
      Self.type.start(ofArtifact: name, section: section, in: .utc) != nil
    }.last
    guard let newest else { return false }
    let stored = try StoredConfiguration(path: "\(workspace.folder)/\(newest)")
    return SwitchComparison(copy, with: stored, of: model, in: .utc).isUnchanged
  }

  package func preview(into workspace: Workspace) -> [Invocation] { [source.invocation] }

  package func testConnection(using world: World) async throws(BackupError) -> [String] {
    let copy = try await source.copy(in: nil, using: world)
    return copy.findings + copy.notes
  }
}
