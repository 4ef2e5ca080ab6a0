import HTTPTypes
import Hummingbird
import Monitoring
import OutsideWorld
import Synchronization
import TISBackupCore

/// Compares names and passwords with the file of users, a few at a time.
final class Login: Sendable {
  /// So many comparisons at once: each takes 16 MiB and a core.
  private static let limit = 4
  /// Seconds for which a script's password is remembered: it comes with every request.
  private static let memory = 300

  private let settings: DashboardSettings
  private let throttle = LoginThrottle()
  private let busy = Mutex(0)
  /// What was right a moment ago, by name; hashed with a key that nobody else has.
  private let remembered = Mutex<[String: (proof: Int, hash: String, until: Instant)]>([:])
  /// What an unknown name is compared with, so that it takes as long as a known one.
  private let nobody: String

  init(_ settings: DashboardSettings) throws(BackupError) {
    self.settings = settings
    nobody = try PasswordHash.make(RandomText.make())
  }

  /// The hash of the user whose password that is; nil when it is not.
  ///
  /// Throws a refusal when there were too many failures, or there are too many at once.
  func hash(
    _ user: String, _ password: String, from address: String, remembers: Bool = false
  ) async throws -> String? {
    let now = settings.world.now()
    let known = try settings.users.hash(of: user)
    // What is longer than any name is nobody's, and is not kept.
    let user = user.utf8.count > 64 ? "" : user
    if remembers, let known, isRemembered(user, password, known, at: now) { return known }
    let wait = throttle.admit(user, from: address, at: now)
    guard wait == 0 else {
      throw Refusal(
        .tooManyRequests,
        "Too many failures. Try again in \(TimeSpan(seconds: wait)).", retryAfter: wait)
    }
    let isAdmitted = busy.withLock { count in
      guard count < Self.limit else { return false }
      count += 1
      return true
    }
    guard isAdmitted else {
      throw Refusal(.serviceUnavailable, "Too many log in at once.", retryAfter: 1)
    }
    defer { busy.withLock { $0 -= 1 } }
    let compared = known ?? nobody
    let isRight = await OwnThread.run { PasswordHash.matches(password, compared) }
    guard isRight, let known else {
      settings.world.say(
        Note(
          .warning, nil,
          "login of '\(PluginText.clean(user))' from \(PluginText.clean(address)) failed"))
      return nil
    }
    throttle.noteSuccess(user, from: address)
    if remembers { remember(user, password, known, at: now) }
    return known
  }

  /// Where a request comes from: what a proxy on this machine says of it, else who is connected.
  func address(of request: Request, _ context: DashboardContext) -> String {
    guard context.isFromThisMachine,
      let last = request.headers[.forwardedFor]?.split(separator: ",").last
    else { return context.peer }
    return String(last.trimmingPrefix(" ").prefix(64))
  }

  private func isRemembered(
    _ user: String, _ password: String, _ hash: String, at now: Instant
  ) -> Bool {
    remembered.withLock { remembered in
      guard let known = remembered[user], known.until > now, known.hash == hash else {
        return false
      }
      return known.proof == Self.proof(of: password, user)
    }
  }

  private func remember(_ user: String, _ password: String, _ hash: String, at now: Instant) {
    let until = now.adding(seconds: Self.memory)
    remembered.withLock { $0[user] = (Self.proof(of: password, user), hash, until) }
  }

  /// Swift's hashes are keyed at random for each process.
  private static func proof(of password: String, _ user: String) -> Int {
    var hasher = Hasher()
    hasher.combine(user)
    hasher.combine(password)
    return hasher.finalize()
  }
}
