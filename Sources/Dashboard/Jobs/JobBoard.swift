import OutsideWorld
import Synchronization
import OutsideWorld
import TISBackupCore

/// The tools that were started from the page, the newest last.
final class JobBoard: Sendable {
  struct Job: Sendable {
    /// Counts from 1.
    let id: Int
    let title: String
    /// What it works on: the name of a section, or an export.
    let subject: String
    /// The path of the page it was started from.
    let back: String
    let user: String
    let begun: Instant
    let tool: LaunchedTool
  }

  /// Jobs that are remembered.
  private static let limit = 50

  private let state = Mutex<(jobs: [Job], last: Int)>(([], 0))

  /// Starts a tool, unless one is at work on the same subject; gives the job that is.
  func start(
    _ title: String, on subject: String, back: String, by user: String, at now: Instant,
    _ launch: () throws(BackupError) -> LaunchedTool
  ) throws(BackupError) -> Job {
    try state.withLock { state -> Result<Job, BackupError> in
      Result { () throws(BackupError) in
        if let running = state.jobs.last(where: { $0.subject == subject && $0.tool.ended == nil }) {
          return running
        }
        let job = Job(
          id: state.last + 1, title: title, subject: subject, back: back, user: user, begun: now,
          tool: try launch())
        state.last += 1
        state.jobs.append(job)
        while state.jobs.count > Self.limit,
          let ended = state.jobs.firstIndex(where: { $0.tool.ended != nil })
        {
          state.jobs.remove(at: ended)
        }
        return job
      }
    }.get()
  }

  func find(_ id: Int) -> Job? { state.withLock { $0.jobs.first { $0.id == id } } }

  /// All of a subject, newest first.
  func jobs(on subject: String) -> [Job] {
    state.withLock { $0.jobs.filter { $0.subject == subject } }.reversed()
  }
}
