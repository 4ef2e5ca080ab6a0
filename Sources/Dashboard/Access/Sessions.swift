import Synchronization
import TISBackupCore

/// Who is logged in.
///
/// Kept in memory: after a restart everybody logs in again.
final class Sessions: Sendable {
  struct Session: Sendable, Equatable {
    let user: String
    /// The hash of the password he came in with: a new password ends it.
    let hash: String
    /// What each of his forms has to bring back.
    let token: String
    let begun: Instant
    fileprivate(set) var seen: Instant
  }

  /// Seconds without a request after which it is over.
  private static let idle = 12 * 3600
  /// Seconds after which it is over in any case.
  private static let longest = 7 * 86_400
  /// So many at once; the one that was idle for the longest makes room.
  private static let limit = 1000

  private let all = Mutex<[String: Session]>([:])

  /// Begins one, and gives the value of its cookie.
  func begin(_ user: String, hash: String, at now: Instant) -> String {
    let cookie = RandomText.make()
    let session = Session(user: user, hash: hash, token: RandomText.make(), begun: now, seen: now)
    all.withLock { all in
      all = all.filter { !Self.isOver($0.value, at: now) }
      if all.count >= Self.limit, let oldest = all.min(by: { $0.value.seen < $1.value.seen }) {
        all[oldest.key] = nil
      }
      all[cookie] = session
    }
    return cookie
  }

  /// The session of a cookie; nil when there is none, or it is over.
  func find(_ cookie: String, at now: Instant) -> Session? {
    all.withLock { all in
      guard var session = all[cookie] else { return nil }
      guard !Self.isOver(session, at: now) else {
        all[cookie] = nil
        return nil
      }
      session.seen = now
      all[cookie] = session
      return session
    }
  }

  func end(_ cookie: String) { all.withLock { $0[cookie] = nil } }

  private static func isOver(_ session: Session, at now: Instant) -> Bool {
    now.seconds(since: session.seen) > idle || now.seconds(since: session.begun) > longest
  }
}
