import Glibc

/// Which process wrote a `Running` row, so that a run that died is known to have died.
///
/// A pid alone is reused; with the boot id and the start time of the process it names one process
/// for ever (`proc(5)`: `/proc/sys/kernel/random/boot_id` and field 22 of `/proc/PID/stat`).
package struct ProcessIdentity: Sendable, Hashable {
  package var pid: Int32
  /// A UUID that the kernel draws at every boot.
  package var bootID: String
  /// Clock ticks from the boot to the start of the process.
  package var startTicks: Int64

  package init(pid: Int32, bootID: String, startTicks: Int64) {
    (self.pid, self.bootID, self.startTicks) = (pid, bootID, startTicks)
  }

  /// This very process.
  package static func current() -> ProcessIdentity {
    ProcessIdentity(
      pid: getpid(), bootID: currentBootID(), startTicks: process(getpid())?.startTicks ?? 0)
  }

  /// Whether the process this names still lives on this machine.
  package var isAlive: Bool {
    guard bootID == Self.currentBootID() else { return false }
    guard let process = Self.process(pid) else {
      // A hidden /proc (hidepid) shows nothing of other users' processes; a signal still tells
      // whether somebody has the pid, and the cautious answer is that it is ours.
      return kill(pid, 0) == 0 || errno == EPERM
    }
    // Dead, and only not buried yet: a zombie writes nothing any more.
    return process.startTicks == startTicks && !["Z", "X"].contains(process.state)
  }

  private static func currentBootID() -> String {
    let text = (try? SmallFile.text(at: "/proc/sys/kernel/random/boot_id", limit: 64)) ?? ""
    return String(text.prefix { !$0.isNewline })
  }

  /// What the kernel says of a process; nil when it says nothing.
  private static func process(_ pid: Int32) -> (state: Substring, startTicks: Int64)? {
    guard let stat = try? SmallFile.text(at: "/proc/\(pid)/stat", limit: 4096) else { return nil }
    // The second field is the command in parentheses and may itself hold spaces and parentheses.
    guard let close = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: close)...].split(separator: " ")
    guard fields.count > 19, let ticks = Int64(fields[19]) else { return nil }
    return (fields[0], ticks)
  }
}
