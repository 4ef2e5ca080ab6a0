import TISBackupCore

/// How what a section makes on a pool is known again as its own: by a tag, and before that can be
/// given, by its name.
struct XenMark: Sendable, Equatable {
  /// The key in `other_config` of what is ours.
  static let key = "tisbackup:job"
  /// The key in `other_config` of a machine that has to be started again.
  static let restartKey = "tisbackup:restart"

  /// `SECTION@SERVER`: two backup servers may have sections of one name, and neither removes what
  /// the other works on.
  let job: String

  /// The key in `other_config` of a machine under which the disks stand, by their references and with
  /// commas, that lose what they belong to while a snapshot or a copy of it is removed.
  var disksKey: String { "tisbackup:disks:\(job)" }

  init(section: String, server: String = MachineName.current()) { job = "\(section)@\(server)" }

  /// The name of a snapshot that is made at `date` (`YYYYMMDD-HHhMMmSS`).
  func snapshotName(_ date: String) -> String { "tisbackup \(job) \(date)" }

  /// Whether a snapshot is one of ours; of one that was not tagged any more its name tells.
  func owns(_ snapshot: XenMachine) -> Bool {
    snapshot.isSnapshot && (snapshot.otherConfig[Self.key] == job || isSnapshotName(snapshot.name))
  }

  private func isSnapshotName(_ name: String) -> Bool {
    let head = "tisbackup \(job) "
    return name.hasPrefix(head)
      && SnapshotName.start(of: name.dropFirst(head.count), in: .utc) != nil
  }

  /// Whether a machine was stopped by us, and has to run again.
  func stopped(_ machine: XenMachine) -> Bool { machine.otherConfig[Self.restartKey] == job }
}
