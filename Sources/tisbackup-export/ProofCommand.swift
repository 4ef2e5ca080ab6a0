import BackupJobs
import BackupTools
import Monitoring
import OutsideWorld
import TISBackupCore

/// `--verify`: reads a target back, and has the catalog remember what came of it.
struct ProofCommand {
  private let command: ExportCommand
  private let context: ToolContext

  init(_ command: ExportCommand, _ context: ToolContext) {
    (self.command, self.context) = (command, context)
  }

  func perform() async throws(BackupError) -> CheckState {
    guard let folder = command.exportDir else { return try await proveDisk() }
    let path = DiskPath.absolute(folder)
    guard DiskLayout.isFolder(path) else {
      throw BackupError(.storage, .noFolder(path), hint: .nameFolder)
    }
    let place = ExportPlace(folder: DiskPath.resolved(path) ?? path)
    let configuration: Configuration?
    do throws(BackupError) {
      configuration = try context.configuration()
    } catch  where command.common.config == nil && command.common.sections.isEmpty {
      // The backup server may be lost: the disk alone is enough.
      configuration = nil
      context.world.say(
        Note(.warning, nil, "proven without the ini, and not recorded: \(error.message.text)"))
    }
    return try await print(prove(path, place, configuration))
  }

  private func proveDisk() async throws(BackupError) -> CheckState {
    let configuration = try context.configuration()
    let disk = try await DiskRotation(configuration, context.world).choose(
      of: command.diskNames(configuration))
    var mount = DiskMount(disk, context.world)
    mount.isForReading = true
    let leftMounted = Trouble()
    let results = try await mount.with(warn: leftMounted.note) { folder throws(BackupError) in
      try await prove(folder, disk.place, configuration)
    }
    return print(results + leftMounted.results(of: disk))
  }

  private func prove(_ folder: String, _ place: ExportPlace, _ configuration: Configuration?)
    async throws(BackupError) -> [SectionResult]
  {
    let isWhole = command.common.sections.isEmpty
    let chosen =
      isWhole ? nil : try configuration.map(context.sections)?.map(\.name)
    if let configuration { try context.keepLog(configuration) }
    let results = try await ExportProof(of: folder, sections: chosen, world: context.world)
      .perform()
    let proof = results.proof(at: context.world.now())
    // A part that is well says nothing of the rest.
    guard let configuration, isWhole || !proof.isGood, !Task.isCancelled else { return results }
    do throws(BackupError) {
      try configuration.catalog(.write, zone: context.world.zone).record(proof, of: place)
    } catch {
      // What was found holds all the same.
      context.world.say(Note(.error, nil, "the catalog does not know of it: \(error.description)"))
      return results + [SectionResult(place.name, .warning, "not recorded: \(error.oneLine)")]
    }
    return results
  }

  private func print(_ results: [SectionResult]) -> CheckState {
    ResultsAnswer.print(results, context)
  }
}

extension BackupError.Message {
  fileprivate static func noFolder(_ path: String) -> Self { "'\(path)' is not a folder" }
  fileprivate static let nameFolder: Self =
    "Mount the disk, or name it with --disk LABEL: then it is mounted for you."
}
