/// What this machine remembers of base folders that hold backups, outside of them: without it, an
/// empty mount point looks like a place for the first backup.
///
/// The file `bases` of the state folder (``StateFile``), one path a line.
package struct BaseMemory: Sendable {
  private let file: StateFile

  /// The file `bases` in a folder, which is made when there is something to remember.
  package init(folder: String) { file = StateFile(folder: folder, name: "bases") }

  /// That of whoever runs this process; nil for a user without a home.
  package static func system() -> BaseMemory? { StateFile.systemFolder().map(BaseMemory.init) }

  /// Whether a base folder is remembered to hold backups.
  package func knows(_ base: String) -> Bool { file.lines.contains(base[...]) }

  /// Remembers a base folder.
  ///
  /// Throws when that cannot be written down, which keeps nobody from a backup.
  package func remember(_ base: String) throws(BackupError) {
    guard !knows(base), !base.contains("\n") else { return }
    try file.append(base)
  }
}
