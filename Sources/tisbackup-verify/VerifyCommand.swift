import ArgumentParser
import BackupJobs
import BackupTools
import Glibc
import Monitoring
import TISBackupCore

/// Proves that stored backups can be restored.
struct VerifyCommand: Tool {
  static let configuration = CommandConfiguration(
    commandName: "tisbackup-verify",
    abstract: "Prove that stored backups can be restored, and record the proof.",
    usage: "tisbackup-verify [OPTION]...",
    discussion: """
      Example: tisbackup-verify --sample 10

      Files are compared with what was recorded when they were taken, dumps are read to their end. \
      check_tisbackup is CRITICAL about a backup that failed, and watches the age of the last proof. \
      Exit status: 0 all proven, 1 with warnings, 2 at least one backup is bad or could not be \
      looked at, 3 could not start.
      """,
    version: suiteVersion)

  @OptionGroup var common: CommonOptions
  @OptionGroup var passive: PassiveOptions

  @Flag(help: "Only the newest good backup of each section (default).")
  var latest = false

  @Flag(help: "Every backup of each section.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "Read so many percent of the files, other ones every day; names and sizes are compared of all.",
      valueName: "percent"),
    transform: VerifyCommand.percent)
  var sample = 100

  @Flag(help: "Load dumps into a MariaDB or PostgreSQL started for it, and count what comes out.")
  var restoreTest = false

  @Option(
    help: ArgumentHelp(
      "Where the server of a restore test has its data (default: $TMPDIR, else /var/tmp).",
      valueName: "dir"))
  var restoreDir: String?

  func validate() throws {
    if latest && all { throw ValidationError("--latest and --all contradict each other") }
    if restoreDir != nil && !restoreTest {
      throw ValidationError("--restore-dir is for --restore-test")
    }
  }

  func perform(_ context: ToolContext) async throws(BackupError) -> CheckState {
    var configuration = try context.configuration()
    let announcer = context.announcer(&configuration, passive)
    var job = VerifyJob(
      configuration, try context.sections(of: configuration), world: context.world)
    (job.provesAll, job.sample) = (all, sample)
    if restoreTest { job.restoreFolder = try restoreFolder() }
    let plan = try job.plan()
    let subjects = job.sections.map { AnnouncedSubject(.backup, $0.name) }
    if common.dryRun {
      announcer.preview(subjects)
      return ResultsAnswer.print(plan.items.map(preview) + plan.left, context)
    }
    try context.keepLog(configuration)
    let results = try await announcer.announcing { [job] news throws(BackupError) in
      try await job.perform(plan) { _ in news() }
    }
    announcer.preview(subjects)
    return ResultsAnswer.print(results, context)
  }

  private func preview(_ item: VerifyPlan.Item) -> SectionResult {
    SectionResult(item.section, .ok, "would prove \(item.location)")
  }

  private func restoreFolder() throws(BackupError) -> String {
    let folder =
      restoreDir ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp"
    guard DiskLayout.isFolder(folder) else {
      throw BackupError(.usage, .noFolder(folder), hint: .chooseFolder)
    }
    return DiskPath.absolute(folder)
  }

  private static func percent(_ text: String) throws -> Int {
    let digits = text.hasSuffix("%") ? text.dropLast() : text[...]
    guard let percent = Int(digits), (1...100).contains(percent) else {
      throw ValidationError("'\(text)' is no percentage from 1 to 100")
    }
    return percent
  }
}

extension BackupError.Message {
  fileprivate static func noFolder(_ folder: String) -> Self { "'\(folder)' is not a folder" }
  fileprivate static let chooseFolder: Self =
    "Name a folder with room for the databases with --restore-dir DIR."
}
