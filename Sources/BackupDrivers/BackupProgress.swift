/// How far a backup is, as its driver knows.
package struct BackupProgress: Sendable, Equatable {
  /// What is worked on, the name of a database; nil for the backup as a whole.
  package var subject: String?
  /// What is done where that is not the copy itself, such as waiting.
  package var phase: String?
  /// Bytes of the subject that have come so far.
  package var bytes: Int64
  /// Files that are done.
  package var files: Int64?
  /// Files that are known so far to be there at all.
  package var totalFiles: Int64?
  /// How much of what is known to be there has come.
  package var percent: Int?

  package init(subject: String? = nil, bytes: Int64) {
    (self.subject, self.bytes) = (subject, bytes)
  }

  /// What is done at the moment where that is not the copy itself.
  package init(phase: String) {
    self.init(bytes: 0)
    self.phase = phase
  }
}
