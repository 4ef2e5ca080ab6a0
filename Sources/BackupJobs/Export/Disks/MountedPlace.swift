/// One line of the kernel's table of what is mounted (proc_pid_mountinfo(5)).
package struct MountedPlace: Sendable, Equatable {
  package var point: String
  /// The number of the device; of a file system of its own kind one that stands for no device.
  var number: String
  /// Which folder of the file system is there, `/` for all of it.
  var root: String
  /// What was mounted, `/dev/sdb1`.
  var source: String
  var isReadOnly: Bool

  package init(point: String, number: String, root: String, source: String, isReadOnly: Bool) {
    (self.point, self.number, self.root) = (point, number, root)
    (self.source, self.isReadOnly) = (source, isReadOnly)
  }
}
