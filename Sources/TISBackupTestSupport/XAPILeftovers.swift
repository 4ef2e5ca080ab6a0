/// What is left on a pool that somebody would have to clean up by hand.
package struct XAPILeftovers: Sendable, Equatable {
  /// Sessions that nobody logged out of.
  package var sessions: [String] = []
  /// Tasks that nobody destroyed, as `name: status`.
  package var tasks: [String] = []
  /// Names of snapshots that were not there at the start.
  package var snapshots: [String] = []
  /// Names of snapshots with a tag of ours, whenever they were made.
  package var tagged: [String] = []
  /// Disks of no machine, made since the start.
  package var disks: [String] = []
  /// Machines that ran at the start and do not now.
  package var halted: [String] = []
  /// Machines that something is still being done with.
  package var operations: [String] = []

  package init(tasks: [String] = []) { self.tasks = tasks }

  init(_ left: JSON) {
    func names(_ key: String) -> [String] { left[key]?.items.compactMap(\.string) ?? [] }
    (sessions, tasks) = (names("sessions"), names("tasks"))
    (snapshots, tagged, disks) = (names("snapshots"), names("tagged"), names("disks"))
    (halted, operations) = (names("halted"), names("operations"))
  }
}
