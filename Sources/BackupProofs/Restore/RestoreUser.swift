import Glibc
import OutsideWorld
import TISBackupCore

/// Who runs the server and the clients of a restore test: never root, for a dump is a program that
/// others wrote.
///
/// `nobody` and not `mysql` or `postgres`: what a hostile dump can do there as the owner of the
/// server, it could do to the data of the server that is in use on this machine.
struct RestoreUser: Sendable {
  private static let name = "nobody"

  /// Nil when we are not root: then it is who we are.
  private let other: (user: uid_t, group: gid_t)?

  static func current() throws(BackupError) -> RestoreUser {
    guard geteuid() == 0 else { return RestoreUser(other: nil) }
    var (entry, found) = (passwd(), UnsafeMutablePointer<passwd>?.none)
    var texts = [CChar](repeating: 0, count: 16_384)
    guard getpwnam_r(name, &entry, &texts, texts.count, &found) == 0, found != nil else {
      throw BackupError(.storage, .noUser(name), hint: .addUser(name))
    }
    return RestoreUser(other: (entry.pw_uid, entry.pw_gid))
  }

  /// Gives a folder to the user, and closes it to everybody else.
  func own(_ folder: String) throws(BackupError) {
    guard chmod(folder, 0o700) == 0, other.map({ chown(folder, $0.user, $0.group) == 0 }) ?? true
    else { throw .system("cannot give '\(folder)' to the user '\(Self.name)'") }
  }

  /// Throws when the user cannot come to a folder: an installer would say so in riddles.
  func enter(_ folder: String, using world: World) async throws(BackupError) {
    let finished = try await world.run(run(Invocation("test", ["-x", folder])), nil)
    guard finished.succeeded else {
      throw BackupError(.storage, .closed(folder), hint: .openUp(Self.name))
    }
  }

  /// The same program, run as the user, without a way to more rights, and killed when we are.
  ///
  /// The signal comes when the thread ends that started the program; all programs are started from
  /// one thread that lives as long as this process.
  func run(_ invocation: Invocation) -> Invocation {
    var invocation = invocation
    var words = ["--no-new-privs", "--pdeathsig", "KILL"]
    if let other {
      words += ["--reuid", "\(other.user)", "--regid", "\(other.group)", "--clear-groups"]
    }
    invocation.arguments = words + ["--", invocation.program] + invocation.arguments
    invocation.program = "setpriv"
    return invocation
  }
}

extension BackupError.Message {
  fileprivate static func closed(_ folder: String) -> Self {
    "the server of the restore test may not enter '\(folder)'"
  }
  fileprivate static func openUp(_ name: String) -> Self {
    "The user '\(name)' must be able to enter that folder and all above it: take one below /tmp."
  }
  fileprivate static func noUser(_ name: String) -> Self {
    "no user '\(name)' is here to run the server of a restore test"
  }
  fileprivate static func addUser(_ name: String) -> Self {
    "A dump is never loaded as root: add the user '\(name)', or run this as another user."
  }
}
