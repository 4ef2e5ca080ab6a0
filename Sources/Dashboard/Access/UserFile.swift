import Glibc
import Synchronization
import TISBackupCore

/// Who may look at the page: a file of `name:hash` lines, for its owner alone.
///
/// Lines that begin with `#` are comments. Read again when it has changed, so that a user who is taken
/// out of it is out at once.
package final class UserFile: Sendable {
  private struct State {
    var identity: FileIdentity?
    var users: [String: String] = [:]
  }

  package let path: String
  private let state = Mutex(State())

  package init(_ path: String) { self.path = path }

  /// Where it is when nobody says: beside the ini file.
  package static func usual(beside configuration: String) -> String {
    "\(DiskPath.parent(of: configuration))/tisbackup-gui.users"
  }

  /// The hash of a user's password; nil for a user who is not there.
  ///
  /// Throws when the file cannot be read, is for others too, or has a line that cannot be used: who may
  /// come in is not guessed.
  package func hash(of user: String) throws(BackupError) -> String? { try users()[user] }

  /// All users and their hashes.
  package func users() throws(BackupError) -> [String: String] {
    guard let identity = FileIdentity(path) else {
      throw BackupError(.configuration, .cannotRead(path, errno), hint: .setPassword)
    }
    guard identity.isForOwnerAlone else {
      throw BackupError(.configuration, .isForOthers(path), hint: .closeFile(path))
    }
    if let known = state.withLock({ $0.identity == identity ? $0.users : nil }) { return known }
    let users = try Self.parse(SmallFile.text(at: path, limit: 1 << 20), path)
    state.withLock { $0 = State(identity: identity, users: users) }
    return users
  }

  /// Gives a user a password, and leaves all others as they are; makes the file when there is none.
  package func set(_ password: String, of user: String) throws(BackupError) {
    guard Self.isName(user) else { throw BackupError(.usage, .badName(user), hint: .goodName) }
    guard password.utf8.count >= Self.shortest else {
      throw BackupError(.usage, .short, hint: .longer)
    }
    let isThere = access(path, F_OK) == 0
    let old = isThere ? try SmallFile.text(at: path, limit: 1 << 20) : ""
    if isThere { _ = try Self.parse(old, path) }
    var lines = old.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last == "" { lines.removeLast() }
    let line = "\(user):\(try PasswordHash.make(password))"
    if let index = lines.firstIndex(where: { $0.hasPrefix("\(user):") }) {
      lines[index] = line
    } else {
      lines.append(line)
    }
    try SmallFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: path, mode: 0o600)
  }

  /// Bytes below which a password is refused.
  private static let shortest = 8

  private static func parse(_ text: String, _ path: String) throws(BackupError)
    -> [String: String]
  {
    var users: [String: String] = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where !line.isEmpty && !line.hasPrefix("#") {
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2, isName(parts[0]), PasswordHash.isUsable(parts[1]) else {
        throw BackupError(.configuration, .badLine(path, index + 1), hint: .goodLine)
      }
      users[parts[0]] = parts[1]
    }
    return users
  }

  private static func isName(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
        default: false
        }
      }
  }
}

extension BackupError.Message {
  fileprivate static func cannotRead(_ path: String, _ code: Int32) -> Self {
    "cannot read the users of '\(path)': \(String(cString: strerror(code)))"
  }
  fileprivate static let setPassword: Self =
    "Make the first one: tisbackup-gui --set-password admin"
  fileprivate static func isForOthers(_ path: String) -> Self {
    "'\(path)' can be read by others than its owner"
  }
  fileprivate static func closeFile(_ path: String) -> Self { "chmod 600 '\(path)'" }
  fileprivate static func badName(_ name: String) -> Self {
    "'\(name)' cannot be the name of a user"
  }
  fileprivate static let goodName: Self = "Letters, digits, '.', '_' and '-', 64 at most."
  fileprivate static let short: Self = "a password has at least 8 characters"
  fileprivate static let longer: Self =
    "Choose a longer one: a few words are easy to keep in mind."
  fileprivate static func badLine(_ path: String, _ line: Int) -> Self {
    "\(path):\(line): is not of the form name:hash"
  }
  fileprivate static let goodLine: Self =
    "Let tisbackup-gui --set-password NAME write it; weak hashes of crypt(5) are refused."
}
