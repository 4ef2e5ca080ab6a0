import Glibc

/// What this machine remembers of base folders that hold backups, outside of them: without it, an
/// empty mount point looks like a place for the first backup.
///
/// A file with one path a line: `/var/lib/tisbackup/bases` for root, else in the state folder of the
/// user (XDG Base Directory Specification); `$TISBACKUP_STATE` names another folder.
package struct BaseMemory: Sendable {
  private let path: String

  /// The file `bases` in a folder, which is made when there is something to remember.
  package init(folder: String) { path = "\(folder)/bases" }

  /// That of whoever runs this process; nil for a user without a home.
  package static func system() -> BaseMemory? {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    if let folder = variable("TISBACKUP_STATE") { return BaseMemory(folder: folder) }
    if getuid() == 0 { return BaseMemory(folder: "/var/lib/tisbackup") }
    let state = variable("XDG_STATE_HOME") ?? variable("HOME").map { $0 + "/.local/state" }
    return state.map { BaseMemory(folder: $0 + "/tisbackup") }
  }

  /// Whether a base folder is remembered to hold backups.
  package func knows(_ base: String) -> Bool { bases.contains(base[...]) }

  /// Remembers a base folder.
  ///
  /// Throws when that cannot be written down, which keeps nobody from a backup.
  package func remember(_ base: String) throws(BackupError) {
    guard !knows(base), !base.contains("\n") else { return }
    try makeFolders()
    // Appended in one call: two tools that begin at once both find their line there.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .system("cannot write '\(path)'") }
    defer { close(descriptor) }
    let line = Array("\(base)\n".utf8)
    guard line.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == line.count,
      fsync(descriptor) == 0
    else { throw .system("cannot write '\(path)'") }
  }

  private var bases: [Substring] {
    let text = (try? SmallFile.text(at: path, limit: 1 << 22)) ?? ""
    return text.split(separator: "\n")
  }

  private func makeFolders() throws(BackupError) {
    var folder = DiskPath.parent(of: path)
    var missing: [String] = []
    while !DiskLayout.isFolder(folder), folder != "/" {
      missing.append(folder)
      folder = DiskPath.parent(of: folder)
    }
    for folder in missing.reversed() { try DiskLayout.makeFolder(folder) }
  }
}
