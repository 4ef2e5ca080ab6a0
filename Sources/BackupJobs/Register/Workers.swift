import Glibc
import OutsideWorld

/// Several threads that share a list of work: what each of them does may wait for a disk.
enum Workers {
  /// As many as there are processors, eight at most: more only make a disk seek.
  static var usual: Int { min(8, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Does the work on each item, `jobs` at once; gives what came of it in the order of the items, nil
  /// for those whose turn did not come before this task was cancelled.
  static func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], jobs: Int, _ work: @escaping @Sendable (Item) async -> Result
  ) async -> [Result?] {
    var results = [Result?](repeating: nil, count: items.count)
    await withTaskGroup(of: (Int, Result, ThreadExecutor?).self) { group in
      var idle: [ThreadExecutor] = []
      var next = 0
      for running in 0... {
        if next < items.count, !Task.isCancelled {
          let (index, thread) = (next, idle.popLast() ?? ThreadExecutor())
          group.addTask(executorPreference: thread) { (index, await work(items[index]), thread) }
          next += 1
          if running + 1 < jobs { continue }
        }
        guard let (index, result, thread) = await group.next() else { break }
        results[index] = result
        if let thread { idle.append(thread) }
      }
      for thread in idle { thread.close() }
    }
    return results
  }
}
