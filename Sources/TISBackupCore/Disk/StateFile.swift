import Glibc

/// A file of lines in which this machine remembers something for whoever runs this process.
///
/// In `/var/lib/tisbackup` for root, else in the state folder of the user (XDG Base Directory
/// Specification); `$TISBACKUP_STATE` names another folder.
struct StateFile: Sendable {
  /// Its path, for messages.
  let path: String

  /// A file in a folder, which is made when there is something to remember.
  init(folder: String, name: String) { path = "\(folder)/\(name)" }

  /// The folder of whoever runs this process; nil for a user without a home.
  static func systemFolder() -> String? {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    if let folder = variable("TISBACKUP_STATE") { return folder }
    if getuid() == 0 { return "/var/lib/tisbackup" }
    let state = variable("XDG_STATE_HOME") ?? variable("HOME").map { $0 + "/.local/state" }
    return state.map { $0 + "/tisbackup" }
  }

  /// Everything that is remembered, oldest first.
  var lines: [Substring] {
    ((try? SmallFile.text(at: path, limit: 1 << 22)) ?? "").split(separator: "\n")
  }

  /// Remembers one line more, which lasts when this returns.
  func append(_ line: String) throws(BackupError) {
    try makeFolders()
    // Appended in one call: two tools that begin at once both find their line there.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .system("cannot write '\(path)'") }
    defer { close(descriptor) }
    let bytes = Array("\(line)\n".utf8)
    guard bytes.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == bytes.count,
      fsync(descriptor) == 0
    else { throw .system("cannot write '\(path)'") }
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
