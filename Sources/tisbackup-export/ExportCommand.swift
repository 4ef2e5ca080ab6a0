import ArgumentParser
import BackupJobs
import BackupTools
import Glibc
import Monitoring
import OutsideWorld
import PassiveChecks
import TISBackupCore

/// Copies the newest good backups to another disk.
struct ExportCommand: Tool {
  static let configuration = CommandConfiguration(
    commandName: "tisbackup-export",
    abstract:
      "Copy the newest good backup of each section to a folder or a disk, and prove the copy.",
    usage: """
      tisbackup-export [-x DIR | --disk LABEL] [OPTION]...
      tisbackup-export --verify [-x DIR | --disk LABEL] [OPTION]...
      tisbackup-export --list-disks [OPTION]...
      """,
    discussion: """
      Example: tisbackup-export -x /mnt/usb
      Example: tisbackup-export --disk offsite-a,offsite-b

      Every file is read back and compared by SHA-256 before the copy counts. A disk is found by \
      label or UUID, mounted, and unmounted when all is on it; of several that take turns, the one \
      that is plugged in. Without -x and --disk these are the export_disks of [global]. Exit status: \
      0 all well, 1 with warnings, 2 at least one section failed, 3 could not start.
      """,
    version: suiteVersion)

  @OptionGroup var common: CommonOptions
  @OptionGroup var passive: PassiveOptions

  @Option(
    name: [.customShort("x"), .long],
    help: ArgumentHelp("The folder that takes the copies; it must exist.", valueName: "dir"))
  var exportDir: String?

  @Option(
    help: ArgumentHelp(
      "The disk that takes the copies, by the label or the UUID of its file system; several with"
        + " commas, or repeated: the one that is plugged in. Without a name: \(DiskNames.usual).",
      valueName: "label"))
  var disk: [String] = []

  @Option(
    help: ArgumentHelp(
      "How many generations of each section stay in that folder.", valueName: "n"))
  var keep = 2

  @Flag(help: "Read back everything on the target, and compare it with its manifest; copy nothing.")
  var verify = false

  @Flag(help: "List the disks that are plugged in and those that take turns; mount nothing.")
  var listDisks = false

  static func completing(_ arguments: [String]) -> [String] {
    PassiveForm.completing(DiskNames.completing(arguments))
  }

  func validate() throws {
    guard keep > 0 else { throw ValidationError("--keep takes a whole number from 1") }
    guard exportDir != "" else { throw ValidationError("--export-dir takes a folder") }
    guard !DiskNames.split(disk).contains("") else {
      throw ValidationError("--disk takes labels or UUIDs: --disk offsite-a,offsite-b")
    }
    let one = "contradict each other: give one of them"
    guard exportDir == nil || disk.isEmpty else { throw ValidationError("-x and --disk \(one)") }
    guard !listDisks || (exportDir == nil && disk.isEmpty && !verify) else {
      throw ValidationError("--list-disks stands alone")
    }
    guard !verify || !common.dryRun else { throw ValidationError("--verify and --dry-run \(one)") }
  }

  func perform(_ context: ToolContext) async throws(BackupError) -> CheckState {
    if listDisks { return try await list(context) }
    if verify { return try await ProofCommand(self, context).perform() }
    var configuration = try context.configuration()
    let announcer = context.announcer(&configuration, passive)
    let sections = try context.sections(of: configuration)
    if let exportDir {
      var job = ExportJob(
        configuration, sections, to: DiskPath.absolute(exportDir), keep: keep,
        world: context.world)
      job.showsProgress = common.showsProgress
      return try await export(job, announcer, context)
    }
    return try await exportToDisk(configuration, sections, announcer, context)
  }

  private func list(_ context: ToolContext) async throws(BackupError) -> CheckState {
    let entries = try await DiskRotation(context.configuration(), context.world).survey()
    if geteuid() != 0 {
      context.world.say(
        Note(
          .warning, nil,
          "only root may look at the disks themselves: labels may be missing; run it as root"))
    }
    DiskTable(entries: entries, now: context.world.now(), zone: context.world.zone).print(context)
    return .ok
  }

  /// The disks that are meant: those of the command line, else those of the ini.
  func diskNames(_ configuration: Configuration) throws(BackupError) -> [String] {
    let names = disk.isEmpty ? configuration.exportDisks : DiskNames.split(disk)
    guard !names.isEmpty else { throw BackupError(.usage, .noTarget, hint: .giveTarget) }
    return names
  }

  private func exportToDisk(
    _ configuration: Configuration, _ sections: [Section], _ announcer: Announcer,
    _ context: ToolContext
  ) async throws(BackupError) -> CheckState {
    let world = context.world
    let disk = try await DiskRotation(configuration, world).choose(
      of: diskNames(configuration))
    func job(_ folder: String) -> ExportJob {
      var job = ExportJob(
        configuration, sections, to: folder, on: disk.place, keep: keep, world: world)
      job.showsProgress = common.showsProgress
      return job
    }
    if common.dryRun && disk.mounts.isEmpty {
      announcer.preview(sections.map { AnnouncedSubject(.export, $0.name) })
      return show(try job("DISK").planUnseen(), on: disk, context)
    }
    world.say(Note(.info, nil, "exporting to the disk \(disk.shown)"))
    // The table comes when the disk may be pulled, or says that it may not.
    let leftMounted = Trouble()
    if common.dryRun { return try await export(job(disk.mounts[0].point), announcer, context) }
    let (done, results) = try await DiskMount(disk, world).with(warn: leftMounted.note) {
      folder throws(BackupError) in
      try await perform(job(folder), announcer, context)
    }
    announcer.preview(done.sections.map { AnnouncedSubject(.export, $0.name) })
    return ResultsAnswer.print(results + leftMounted.results(of: disk), context)
  }

  private func export(_ job: ExportJob, _ announcer: Announcer, _ context: ToolContext)
    async throws(BackupError) -> CheckState
  {
    if common.dryRun {
      var job = job
      job.abilities = TargetAbilities.guess
      let plan = try job.plan()
      announcer.preview(job.sections.map { AnnouncedSubject(.export, $0.name) })
      return show(plan, on: nil, context)
    }
    let results = try await perform(job, announcer, context).results
    announcer.preview(job.sections.map { AnnouncedSubject(.export, $0.name) })
    return ResultsAnswer.print(results, context)
  }

  private func perform(_ job: ExportJob, _ announcer: Announcer, _ context: ToolContext)
    async throws(BackupError) -> (job: ExportJob, results: [SectionResult])
  {
    let plan = try job.plan()
    try context.keepLog(job.configuration)
    let results = try await announcer.announcing { news throws(BackupError) in
      try await job.perform(plan) { _ in news() }
    }
    return (job, results)
  }

  private func show(_ plan: ExportPlan, on disk: ExportDisk?, _ context: ToolContext) -> CheckState
  {
    let copies = plan.items.map { item in
      SectionResult(
        item.section, .ok,
        item.isThere
          ? "\(item.destination) is there already, and would be proven again"
          : "\(item.source) would become \(item.destination) (\(ByteCount(item.needs.bytes)) at most)"
      )
    }
    let state = ResultsAnswer.print(copies + plan.left, context)
    if !common.json && !common.quiet { Output.print(summary(plan, disk)) }
    return state
  }

  private func summary(_ plan: ExportPlan, _ disk: ExportDisk?) -> String {
    let needed = "\(ByteCount(plan.needed.bytes)) at most"
    guard let disk else {
      return "\(needed), \(ByteCount(plan.free.bytes)) free; nothing was touched"
    }
    return
      "DISK is \(disk.shown) of \(ByteCount(disk.size)), which would be mounted; \(needed), less what is on it already; nothing was touched"
  }
}

extension BackupError.Message {
  fileprivate static let noTarget: Self = "nobody says where to export to"
  fileprivate static let giveTarget: Self =
    "Give a folder with -x DIR or a disk with --disk LABEL, or name the disks that take turns in export_disks under [global]."
}
