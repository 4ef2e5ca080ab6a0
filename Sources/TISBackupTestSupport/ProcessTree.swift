import Foundation

/// A process as `/proc` shows it; a name has 15 bytes at most.
package struct SeenProcess: Sendable {
  package let pid: Int32
  package let parent: Int32
  package let name: String

  /// Nil when there is no such process, or no longer.
  init?(_ pid: Int32) {
    // "PID (NAME) STATE PARENT ...", where the name may hold anything, brackets too.
    guard let line = try? text("/proc/\(pid)/stat"), let start = line.firstIndex(of: "("),
      let end = line.lastIndex(of: ")"), start < end
    else { return nil }
    let fields = line[line.index(after: end)...].split(separator: " ")
    guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
    (self.pid, self.parent, name) = (pid, parent, String(line[line.index(after: start)..<end]))
  }
}

/// The children of a process, their children and so on.
package func descendants(of pid: Int32) -> [SeenProcess] {
  let all = names("/proc").compactMap { Int32($0) }.compactMap { SeenProcess($0) }
  var (found, parents): ([SeenProcess], Set<Int32>) = ([], [pid])
  while !parents.isEmpty {
    let children = all.filter { parents.contains($0.parent) }
    found += children
    parents = Set(children.map(\.pid))
  }
  return found
}
