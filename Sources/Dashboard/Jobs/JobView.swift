import OutsideWorld
import BackupJobs
import OutsideWorld
import TISBackupCore

/// A job as pages show it.
struct JobView: Sendable {
  let id: Int
  let title: String
  let state: String
  let css: String
  let isRunning: Bool
  /// What it does now; nil where it does not tell.
  let progress: String?
  /// The last of what it printed; nil for nothing yet.
  let output: String?
  let back: String

  /// Bytes of what it printed that are shown.
  private static let shown = 32_768

  init(_ job: JobBoard.Job, progress: String? = nil, _ zone: LocalZone) {
    (id, title, back) = (job.id, job.title, job.back)
    let end = job.tool.ended
    isRunning = end == nil
    self.progress = end == nil ? progress : nil
    let printed = Terminal.clean(job.tool.tail(Self.shown))
    output = printed.isEmpty ? nil : printed
    let begun = "begun \(job.begun.displayText(in: zone)) by \(job.user)"
    (state, css) = Self.words(end, begun)
  }

  private static func words(_ end: LaunchedTool.End?, _ begun: String) -> (String, String) {
    switch end {
    case nil: ("at work, \(begun)", "running")
    case .exited(0): ("done, all well; \(begun)", "ok")
    case .exited(1): ("done, with warnings; \(begun)", "warning")
    case .exited(2): ("failed; \(begun)", "critical")
    case .exited: ("could not start; \(begun)", "critical")
    case .signaled(let signal): ("was stopped by signal \(signal); \(begun)", "critical")
    }
  }
}
