/// Runs the tasks that prefer it on one thread of its own.
///
/// A job waits for disks, locks and the catalog in calls that block. On the few threads that all
/// tasks share, some of them would hold up every other job; here each only holds up itself.
package final class ThreadExecutor: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var isClosed = false
  }

  private let state = Monitor(State())

  /// Its thread lives until ``close()``; nil where the kernel has none left.
  package init?() {
    let isRunning = OwnThread.starts { [self] in
      while let job = nextJob() { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
    guard isRunning else { return nil }
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.update { $0.jobs.append(job) }
  }

  /// Ends the thread when it has nothing left to do; no task may prefer this executor any more.
  package func close() { state.update { $0.isClosed = true } }

  private func nextJob() -> UnownedJob? {
    state.wait { state -> UnownedJob?? in
      if !state.jobs.isEmpty { return .some(state.jobs.removeFirst()) }
      return state.isClosed ? .some(nil) : nil
    }
  }
}
