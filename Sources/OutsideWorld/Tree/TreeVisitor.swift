import TISBackupCore

/// What a ``FolderCrew`` does with a tree; each thread has a count of its own.
///
/// A name is given as the descriptor of the folder that holds it, and itself.
protocol TreeVisitor: Sendable {
  associatedtype Count: Sendable
  /// What a thread begins with.
  var start: Count { get }
  /// Whether folders are to be taken apart, so that one which forbids that is opened all the same.
  var takesApart: Bool { get }
  /// Anything but a folder; `path` is for messages.
  func visit(
    _ name: UnsafePointer<CChar>, in folder: Int32, _ count: inout Count,
    path: () -> String) throws(BackupError)
  /// A folder, after all that is in it; `blocks` of 512 bytes are its own.
  func leave(
    _ name: UnsafePointer<CChar>, in folder: Int32, blocks: Int64, _ count: inout Count,
    path: () -> String) throws(BackupError)
  /// What to do about a folder on which another file system is mounted; it is not entered.
  func meetMount(path: () -> String) throws(BackupError)
}
