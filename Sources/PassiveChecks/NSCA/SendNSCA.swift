import Glibc
import OutsideWorld
import TISBackupCore

/// The encrypted methods, by send_nsca: libmcrypt is its trade.
struct SendNSCA: NSCAWay {
  /// Bytes of input that are held at once.
  private static let inputLimit = 1 << 20
  /// Where packages put it; the PATH of cron has neither.
  private static let places = ["/usr/sbin/send_nsca", "/usr/local/nagios/bin/send_nsca"]

  let daemon: NSCADaemon
  let login: NSCALogin
  let form: NSCAPacket.Form
  /// Milliseconds, 0 for not to look.
  let rejectWait: Int
  /// An existing configuration, which send_nsca then reads itself.
  let configPath: String?

  func share(of results: ArraySlice<PassiveResult>, isFirst: Bool) -> Int {
    // A connection of its own for each short packet, see NativeNSCA.
    form == .long ? min(results.count, Self.inputLimit / form.rawValue) : 1
  }

  func send(
    _ results: ArraySlice<PassiveResult>, isFirst: Bool, until end: ContinuousClock.Instant,
    using world: World
  ) async throws(BackupError) -> Int {
    if rejectWait > 0 && (isFirst || form == .long) {
      let relay = try await connect(looks: isFirst, until: end)
      try await send(results, through: relay, until: end, using: world)
    } else {
      try await run(results, server: daemon.server, port: daemon.port, until: end, using: world)
    }
    return results.count
  }

  private func connect(looks: Bool, until end: ContinuousClock.Instant) async throws(BackupError)
    -> NSCARelay
  {
    try await OwnThread.run(until: end) { time in
      Result { () throws(BackupError) in
        try NSCARelay(to: daemon, rejectWait: looks ? rejectWait : 0, time)
      }
    }.get()
  }

  private func send(
    _ results: ArraySlice<PassiveResult>, through relay: NSCARelay,
    until end: ContinuousClock.Instant, using world: World
  ) async throws(BackupError) {
    // Ends with this function: cancelled where send_nsca fails before it has connected.
    async let carried = OwnThread.run(until: end) { time in
      Result { () throws(BackupError) in try relay.carry(time) }
    }
    do throws(BackupError) {
      try await run(results, server: "127.0.0.1", port: relay.port, until: end, using: world)
    } catch {
      throw relay.rejection ?? error
    }
    try await carried.get()
  }

  private func run(
    _ results: ArraySlice<PassiveResult>, server: String, port: Int,
    until end: ContinuousClock.Instant, using world: World
  ) async throws(BackupError) {
    let left = Int((end - .now).components.seconds)
    guard left >= 0 else { throw daemon.late }
    let secret = configPath == nil ? try MemoryFile(login.config) : nil
    defer { withExtendedLifetime(secret) {} }
    var invocation = Invocation(
      Self.places.first { access($0, X_OK) == 0 } ?? "send_nsca",
      ["-H", server, "-p", "\(port)", "-to", "\(left + 1)"]
        + ["-c", configPath ?? secret?.path ?? ""]
        + (form == .short ? ["--legacy-2-7-mode"] : []))
    invocation.input = .bytes(
      Array(SendNSCAInput.text(Array(results), textLimit: form.outputLimit).utf8))
    invocation.timeLimit = left + 1
    let finished = try await run(invocation, using: world)
    guard finished.succeeded else {
      throw BackupError(.transport, .failed(daemon, finished), hint: .runByHand(daemon))
    }
  }

  private func run(_ invocation: Invocation, using world: World) async throws(BackupError)
    -> Finished
  {
    do throws(BackupError) {
      return try await world.run(invocation, nil)
    } catch {
      guard error.code != .interrupted else { throw daemon.interrupted }
      throw BackupError(error.code, error.message, hint: .install(daemon))
    }
  }
}

extension BackupError.Message {
  fileprivate static func failed(_ daemon: NSCADaemon, _ finished: Finished) -> Self {
    "send_nsca to \(daemon) failed: \(finished.reason)"
  }
  fileprivate static func runByHand(_ daemon: NSCADaemon) -> Self {
    "Check [\(daemon.target)], and try send_nsca by hand."
  }
  fileprivate static func install(_ daemon: NSCADaemon) -> Self {
    "Install send_nsca (Debian: nsca-client), which every 'method' but 0 and 1 needs."
  }
}
