import OutsideWorld
import TISBackupCore

/// The pool of Xen hosts that a section logs in to, by one of its hosts.
struct XenPool: Sendable {
  let section: String
  let address: XenAddress
  private let source: Section
  private let trust: CertificateTrust
  private let usesProxy: Bool
  private let connectLimit: Int

  /// A host may hand over to another one once; a pool whose hosts point at each other is broken.
  private static let mostMasters = 2

  /// The key that names the host; `server_name` where that is missing.
  init(_ section: Section, host key: Key) throws(BackupError) {
    let text = try section.require(section.text(key) == nil ? .serverName : key)
    guard let address = XenAddress(text) else {
      throw BackupError(.configuration, .noHost(text, key, section), hint: .host)
    }
    (self.section, self.address, source) = (section.name, address, section)
    trust = try CertificateTrust(section, fallback: .firstSeen)
    usesProxy = !section.flag(.ignoreProxies)
    connectLimit = try section.seconds(.connectTimeout) ?? 15
  }

  /// Logs in, does `work`, and logs out whatever came of it, also when the run is being stopped.
  ///
  /// `pins` is false where nothing may be changed, not even what is remembered of certificates.
  func withSession<Value: Sendable>(
    in workspace: Workspace?, using world: World,
    _ work: (XAPISession) async throws(BackupError) -> Value
  ) async throws(BackupError) -> Value {
    let session = try await open(workspace, world)
    let result: Result<Value, BackupError>
    do throws(BackupError) {
      result = .success(try await work(session))
    } catch {
      result = .failure(error)
    }
    // Shielded: also when this run is being interrupted.
    await Task { await session.afterwards.logout() }.value
    return try result.get()
  }

  /// A connection to one of the hosts, bound to the certificate that is right for it.
  func connection(to address: XenAddress, pins: Bool, _ world: World) async throws(BackupError)
    -> XAPIConnection
  {
    let trust = try await trust.trust(in: address.key, pins: pins, using: world)
    if trust == .anyone {
      world.say(
        Note(.warning, section, "tls_verify = no: nobody knows who answers as \(address.text)"))
    }
    return XAPIConnection(
      section: section, address: address, trust: trust, usesProxy: usesProxy,
      connectLimit: connectLimit)
  }

  private func open(_ workspace: Workspace?, _ world: World) async throws(BackupError)
    -> XAPISession
  {
    var address = address
    for _ in 0..<Self.mostMasters {
      let connection = try await connection(to: address, pins: workspace != nil, world)
      let deadline = workspace?.attempts.deadline
      switch try await logIn(at: connection, lock: workspace?.lock, deadline: deadline, world) {
      case .session(let reference):
        return XAPISession(
          self, connection, reference: reference, deadline: deadline, lock: workspace?.lock,
          world: world)
      case .master(let master):
        world.say(Note(.debug, section, "\(address.text) hands over to the master \(master.text)"))
        address = master
      }
    }
    throw BackupError(.driver, .noMaster(self), hint: .master)
  }

  private enum Welcome {
    case session(String)
    case master(XenAddress)
  }

  /// Logs in at a host that is known to be the master.
  func login(
    at connection: XAPIConnection, lock: FileLock?, deadline: Deadline?, _ world: World
  ) async throws(BackupError) -> String {
    guard
      case .session(let reference) = try await logIn(
        at: connection, lock: lock, deadline: deadline, world)
    else { throw BackupError(.transport, .noMaster(self), hint: .master) }
    return reference
  }

  private func logIn(
    at connection: XAPIConnection, lock: FileLock?, deadline: Deadline?, _ world: World
  ) async throws(BackupError) -> Welcome {
    let login = try XenLogin(source)
    let method = "session.login_with_password"
    let result = try await connection.call(
      method, [.text(login.user), .text(login.password), "1.0", "tisbackup"], lock: lock,
      deadline: deadline, using: world)
    switch result {
    case .success(let value):
      guard let reference = value.reference else {
        throw BackupError(.driver, .noSession(self), hint: .master)
      }
      return .session(reference)
    case .failure(let failure):
      if failure.code == "HOST_IS_SLAVE", let name = failure.parameters.first,
        let master = XenAddress(name)
      {
        return .master(master)
      }
      throw XAPITrouble(section: section).error(failure, method)
    }
  }
}

extension BackupError.Message {
  fileprivate static func noHost(_ text: String, _ key: Key, _ section: Section) -> Self {
    "\(section.place(of: key)): section [\(section.name)] key '\(key.name)': '\(text)' is no host"
  }
  fileprivate static let host: Self = "Give a name or an address, with :PORT where it is not 443."
  fileprivate static func noMaster(_ pool: XenPool) -> Self {
    "section [\(pool.section)]: the hosts of the pool of \(pool.address.text) send us from one to the other"
  }
  fileprivate static func noSession(_ pool: XenPool) -> Self {
    "section [\(pool.section)]: \(pool.address.text) lets us in without a session"
  }
  fileprivate static let master: Self =
    "See which host is master of the pool ('xe pool-list params=master' there) and name that."
}
