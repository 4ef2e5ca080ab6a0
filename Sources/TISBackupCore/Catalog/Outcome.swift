/// What a run came to: the columns of its row that are known only at the end.
package struct Outcome: Sendable, Equatable {
  package var status: RunStatus
  /// Files, folders and all else in the backup.
  package var files: Int64?
  /// Files that this run had to store anew.
  package var writtenFiles: Int64?
  /// Size of the whole backup, in bytes.
  package var bytes: Int64?
  /// New data that this run stored, in bytes.
  package var writtenBytes: Int64?
  /// Size of all files that were sent, in bytes, also where most of a file was known already.
  package var transferredBytes: Int64?
  /// What happened, for people; hostile text of other programs is cleaned when it is shown.
  package var log = ""
  /// Absolute path of what was kept, without a trailing slash; nil when nothing was.
  package var location: String?

  package init(_ status: RunStatus, log: String = "") {
    (self.status, self.log) = (status, log)
  }
}
