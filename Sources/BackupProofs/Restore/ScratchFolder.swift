import Glibc
import OutsideWorld
import TISBackupCore

/// The folder of one restore test, `.restore-test-XXXXXX`, locked as long as anybody works in it.
///
/// Removed by ``with(in:for:_:)``; one that a killed process left behind is removed by the next test in
/// the same place.
struct ScratchFolder: Sendable {
  private static let prefix = ".restore-test-"
  /// Its name until it is locked, so that nobody takes it for one that was left behind.
  private static let unlockedPrefix = ".restore-begin-"
  /// `sun_path` of `unix(7)`, with the zero at its end.
  private static let longestSocket = 107

  private let path: String
  /// Given to the server, so that the folder counts as used until that has ended too.
  let lock: FileLock

  /// What the user of the test owns.
  var server: String { path + "/server" }

  private init(in folder: String, for user: RestoreUser) throws(BackupError) {
    let folder = DiskPath.absolute(folder)
    Self.removeStale(in: folder)
    var template = Array("\(folder)/\(Self.unlockedPrefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .system("cannot make a folder in '\(folder)'") }
    let made = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = "\(folder)/\(Self.prefix)\(made.suffix(6))"
    do throws(BackupError) {
      guard let lock = try FileLock(path: made + "/lock") else {
        throw BackupError(.locked, .taken(made))
      }
      self.lock = lock
      guard chmod(made, 0o711) == 0, rename(made, path) == 0 else {
        throw .system("cannot make the folder '\(path)'")
      }
      try populate(for: user)
    } catch {
      _ = try? FileTree.remove(made)
      _ = try? FileTree.remove(path)
      throw error
    }
  }

  /// The path of a socket in the folder of the server; throws when the kernel would not take it.
  func socket(_ name: String) throws(BackupError) -> String {
    let socket = "\(server)/\(name)"
    guard socket.utf8.count <= Self.longestSocket else {
      throw BackupError(.storage, .tooLong(socket), hint: .shorter)
    }
    return socket
  }

  /// Makes one for as long as `body` runs, and removes it whatever came of that.
  static func with<Value>(
    in folder: String, for user: RestoreUser,
    _ body: (ScratchFolder) async throws(BackupError) -> Value
  ) async throws(BackupError) -> Value {
    let scratch = try ScratchFolder(in: folder, for: user)
    let value: Value
    do throws(BackupError) {
      value = try await body(scratch)
    } catch {
      _ = try? FileTree.remove(scratch.path)
      throw error
    }
    try FileTree.remove(scratch.path)
    return value
  }

  private func populate(for user: RestoreUser) throws(BackupError) {
    guard mkdir(server, 0o700) == 0 else { throw .system("cannot make the folder '\(server)'") }
    for name in ["data", "tmp", "nothing"] {
      guard mkdir("\(server)/\(name)", 0o700) == 0 else {
        throw .system("cannot make the folder '\(server)/\(name)'")
      }
      try user.own("\(server)/\(name)")
    }
    try user.own(server)
  }

  /// Removes what killed processes of ours left behind; a folder that cannot be, stays.
  private static func removeStale(in folder: String) {
    for name in DiskLayout.names(in: folder) where name.hasPrefix(prefix) {
      let path = "\(folder)/\(name)"
      guard isOurs(path) else { continue }
      let descriptor = open(path + "/lock", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { _ = try? FileTree.remove(path) }
    }
  }

  private static func isOurs(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      && status.st_uid == geteuid()
  }
}

extension BackupError.Message {
  fileprivate static func taken(_ path: String) -> Self { "somebody else locked '\(path)'" }
  fileprivate static func tooLong(_ path: String) -> Self {
    "the path of the socket '\(path)' is longer than the kernel allows"
  }
  fileprivate static let shorter: Self =
    "Let the restore test work in a folder with a shorter path."
}
