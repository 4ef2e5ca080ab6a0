import BackupJobs
import BackupTools
import Glibc
import Monitoring
import TISBackupCore

/// What is wrong with the catalog, or with the disk, and what was done about it.
struct FsckAnswer: Encodable {
  struct Entry: Encodable {
    var severity: String
    var kind: String
    var section: String?
    var what: String
    var cure: String
    /// Whether `--repair` can mend it.
    var mendable: Bool
  }
  struct Deed: Encodable {
    var section: String?
    var what: String
  }

  var state: String
  var dry_run: Bool
  var findings: [Entry]
  var done: [Deed]

  /// Looks, mends where that is asked for, and prints what came of it.
  static func print(_ job: FsckJob, repairs: Bool, _ context: ToolContext)
    async throws(BackupError) -> CheckState
  {
    let mends = repairs && !context.common.dryRun
    let report =
      mends
      ? try await job.repair { () throws(BackupError) in try context.keepLog(job.configuration) }
      : try await job.examine()
    context.narrator.finishProgress()
    let state: CheckState = report.isDamaged ? .critical : report.faults.isEmpty ? .ok : .warning
    if context.common.json {
      Output.print(JSONText.encode(FsckAnswer(report, state, isDry: !mends)))
    } else if !(context.common.quiet && state == .ok) {
      Output.print(text(report, would: repairs && !mends))
    }
    return state
  }

  init(_ report: FsckReport, _ state: CheckState, isDry: Bool) {
    self.state = state.name
    dry_run = isDry
    findings = report.findings.map {
      Entry(
        severity: $0.severity.rawValue, kind: $0.kind.rawValue, section: $0.section, what: $0.what,
        cure: $0.cure, mendable: $0.isMendable || report.isDamaged)
    }
    done = report.done.map { Deed(section: $0.section, what: $0.what) }
  }

  private static func text(_ report: FsckReport, would: Bool) -> String {
    var table = Table([.left("SECTION"), .left("STATUS"), .left("WHAT AND CURE")])
    table.wrapsLast = true
    for deed in report.done { table.add([deed.section ?? "-", "OK", deed.what]) }
    for finding in report.findings {
      let isMended = would && (finding.isMendable || report.isDamaged)
      table.add([
        finding.section ?? "-", finding.severity.word,
        "\(finding.what): \(isMended ? "--repair mends it" : finding.cure)",
      ])
    }
    let rows = report.done.isEmpty && report.findings.isEmpty
    let count = report.faults.count
    let verdict =
      count == 0 ? "the catalog tells the truth" : count == 1 ? "1 fault" : "\(count) faults"
    return rows ? verdict : table.text(for: STDOUT_FILENO) + "\n" + verdict
  }
}

extension FsckFinding.Severity {
  fileprivate var word: String {
    switch self {
    case .error: "ERROR"
    case .warning: "Warning"
    case .info: "info"
    }
  }
}
