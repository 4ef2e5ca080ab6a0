import BackupJobs
import Monitoring
import OutsideWorld
import TISBackupCore

/// The history of one section, as its page shows it.
struct SectionHistoryView: Sendable {
  let runs: [SectionPage.Run]
  /// The address of the page with older ones.
  let older: String?
  let plots: String
  let fates: [SectionPage.Fate]
  /// Why nobody knows what cleanup would do.
  let fateProblem: String?

  /// Runs in a plot.
  private static let plotted = 90
  /// Characters of a log; a page is no place for all the files that one lists.
  private static let logLimit = 20_000

  /// Reads the runs that began before a moment, and asks cleanup what it would do.
  init(_ section: Section, _ configuration: Configuration, before: Instant?, _ world: World)
    throws(BackupError)
  {
    let catalog = try configuration.catalog(.read, zone: world.zone)
    let all = try catalog.newest(of: section.name, type: nil).records
    let wanted = all.filter { record in before.map { record.start < $0 } ?? true }
    let folder = configuration.layout.folder(of: section)
    runs = wanted.prefix(SectionPage.length).map { Self.run($0, section, folder, world) }
    older =
      wanted.count > SectionPage.length
      ? "?before=\(wanted[SectionPage.length - 1].start.microseconds)" : nil
    plots = Self.plots(all, world)
    do throws(BackupError) {
      let plan = try CleanupJob(configuration, [section], world: world).plan().first
      fates = plan?.retention.entries.map(Self.fate) ?? []
      fateProblem = plan?.skipped
    } catch {
      (fates, fateProblem) = ([], error.description)
    }
  }

  private static func run(
    _ record: BackupRecord, _ section: Section, _ folder: String, _ world: World
  ) -> SectionPage.Run {
    let isDead = record.isDead(isAlive: world.isAlive)
    let place = DiskLayout.places(of: record, in: folder).first(where: DiskPath.exists)
    let isStored = record.type == .backup && place.map { DiskPath.parent(of: $0) == folder } == true
    return SectionPage.Run(
      start: record.start.displayText(in: world.zone),
      state: StateWord(isDead ? .error : record.status), type: record.type.catalogText.lowercased(),
      took: record.duration.map { "\(TimeSpan(seconds: $0))" } ?? "-",
      size: record.bytes.map { "\(ByteCount($0))" } ?? "-",
      written: record.writtenBytes.map { "\(ByteCount($0))" } ?? "-",
      proof: record.proof.map { proof in
        let words = proof.isGood ? "proven" : "FAILED"
        return "\(words) \(proof.time.displayText(in: world.zone))"
      } ?? "-",
      pinned: isStored && place.map { BackupPin($0).isSet } == true,
      files: isStored
        ? place.map {
          "/sections/\(PercentText.encode(section.name))/files/\(PercentText.encode(DiskPath.name(of: $0)))/"
        } : nil,
      log: log(of: record, isDead: isDead, section))
  }

  private static func log(of record: BackupRecord, isDead: Bool, _ section: Section) -> String? {
    if isDead { return "the run died before it ended" }
    guard !record.log.isEmpty else { return nil }
    return LogText.html(
      String(record.log.prefix(logLimit)),
      ofSwitch: section.type?.name == BackupType.switchConfiguration.name)
  }

  private static func plots(_ all: [BackupRecord], _ world: World) -> String {
    let runs = all.filter { $0.type != .export && $0.status != .running }.prefix(plotted).reversed()
    guard runs.count > 1 else { return "" }
    func bars(_ value: (BackupRecord) -> Double?, _ words: (Double) -> String) -> [BarPlot.Bar] {
      runs.map { record in
        let figure = value(record)
        let start = record.start.displayText(in: world.zone)
        return BarPlot.Bar(
          value: figure,
          words: "\(start): \(figure.map(words) ?? "unknown"), \(record.status.catalogText)",
          css: StateWord(record.status).css)
      }
    }
    let size = { (bytes: Double) in "\(ByteCount(Int64(bytes)))" }
    let time = { (seconds: Double) in "\(TimeSpan(seconds: Int(seconds)))" }
    return BarPlot.svg(
      bars({ $0.bytes.map(Double.init) }, size), label: "Size of the last \(runs.count) backups",
      top: size)
      + BarPlot.svg(
        bars({ $0.duration.map(Double.init) }, time), label: "What they took", top: time)
  }

  private static func fate(_ entry: RetentionPlan.Entry) -> SectionPage.Fate {
    let location = entry.backup.record.location.map(DiskPath.trimmed) ?? ""
    return SectionPage.Fate(
      name: DiskPath.name(of: location), action: entry.isRemoval ? "remove" : "keep",
      css: entry.isRemoval ? "goes" : "stays", reason: entry.reason)
  }
}
