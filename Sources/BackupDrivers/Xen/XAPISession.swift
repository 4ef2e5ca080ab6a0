import OutsideWorld
import Synchronization
import TISBackupCore

/// A login at a pool of Xen hosts: what is asked of it, and who follows its master.
///
/// Made by ``XenPool/withSession(in:using:_:)``, which always ends it.
struct XAPISession: Sendable {
  /// The login, which an answer may replace: a host forgets sessions when it starts again.
  private final class Login: Sendable {
    let reference: Mutex<String>
    init(_ reference: String) { self.reference = Mutex(reference) }
  }

  let pool: XenPool
  let connection: XAPIConnection
  private let held: Login
  /// When the run this belongs to has to be over; nil while things are put in order after it.
  var deadline: Deadline?
  let lock: FileLock?
  let world: World

  init(
    _ pool: XenPool, _ connection: XAPIConnection, reference: String, deadline: Deadline?,
    lock: FileLock?, world: World
  ) {
    (self.pool, self.connection, held) = (pool, connection, Login(reference))
    (self.deadline, self.lock, self.world) = (deadline, lock, world)
  }

  var section: String { pool.section }

  /// The reference of the session: a secret, for whoever has it is logged in.
  var reference: String { held.reference.withLock { $0 } }

  /// The same, for what has to be done although the run is over.
  var afterwards: XAPISession {
    var session = self
    session.deadline = nil
    return session
  }

  /// Calls a method, whose first parameter, the session, is added here; throws what XAPI refuses as
  /// an error that says what it was about.
  @discardableResult
  func call(_ method: String, _ parameters: XAPIValue...) async throws(BackupError) -> XAPIValue {
    switch try await attempt(method, parameters) {
    case .success(let value): return value
    case .failure(let failure): throw XAPITrouble(section: section).error(failure, method)
    }
  }

  /// The same, with what XAPI refuses as a result.
  ///
  /// A session that the host forgot is replaced once: a call that was refused for that did nothing.
  func attempt(_ method: String, _ parameters: [XAPIValue]) async throws(BackupError)
    -> Result<XAPIValue, XAPIFailure>
  {
    let used = reference
    let result = try await perform(method, parameters, used)
    guard case .failure(let failure) = result, failure.code == "SESSION_INVALID" else {
      return result
    }
    world.say(Note(.warning, section, "\(connection.address.text) forgot the login: logs in again"))
    let fresh = try await pool.login(at: connection, lock: lock, deadline: deadline, world)
    held.reference.withLock { $0 = fresh }
    return try await perform(method, parameters, fresh)
  }

  private func perform(_ method: String, _ parameters: [XAPIValue], _ reference: String)
    async throws(BackupError) -> Result<XAPIValue, XAPIFailure>
  {
    try await connection.call(
      method, [.text(reference)] + parameters, lock: lock, deadline: deadline, using: world)
  }

  /// Ends the login; a host that cannot be told forgets it after a day.
  func logout() async {
    do throws(BackupError) {
      let result = try await perform("session.logout", [], reference)
      guard case .failure(let failure) = result, failure.code != "SESSION_INVALID" else { return }
      world.say(Note(.warning, section, "the login could not be ended: \(failure.text)"))
    } catch {
      world.say(
        Note(.warning, section, "the login could not be ended: \(error.oneLine(about: section))"))
    }
  }
}
