import Monitoring
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import PassiveChecks

/// A Nagios with services that wait for results, and daemons in front of it.
struct NSCASite: Sendable {
  static let password = "se=cr et"

  let nagios: NagiosServer
  private let folder = ScratchDirectory.path

  /// Runs a test with a Nagios that has these services, each `host/service`, and ends it.
  static func with(_ services: [String], _ body: @Sendable (NSCASite) async throws -> Void)
    async throws
  {
    let site = NSCASite(
      nagios: try NagiosServer(
        in: ScratchDirectory.path, plugin: "/bin/true",
        objects: ["passive.cfg": NagiosServer.passiveObjects(services)]))
    // nsca drops to the user nagios, who must get here.
    _ = try await program(["chmod", "755", ScratchDirectory.path])
    try await site.nagios.start()
    let result: Result<Void, any Error>
    do { result = .success(try await body(site)) } catch { result = .failure(error) }
    for daemon in names(site.folder) where daemon.hasPrefix("nsca-") {
      NSCAServer.stop(in: "\(site.folder)/\(daemon)")
    }
    try await site.nagios.stop()
    try result.get()
  }

  func daemon(_ method: Int, _ mode: NSCAServer.Mode = .single) async throws -> NSCAServer {
    try await NSCAServer.start(
      in: folder, method: method, password: Self.password, mode: mode,
      commandFile: nagios.commandFile)
  }

  /// Waits until Nagios shows that many results of ours, and gives what it shows.
  func shows(_ count: Int) async throws -> [String: [String: String]] {
    for _ in 0..<1500 {
      // Counted by a program: to read all fields takes long where there are many services.
      let lines = try await program(
        ["grep", "-c", "plugin_output=TISBACKUP", nagios.folder + "/status.dat"])
      if Int(lines.stdout.filter(\.isNumber)) ?? 0 >= count { return try nagios.services() }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw ServerError.notListening("Nagios shows \(try nagios.services().count) services")
  }

  /// A submitter to a daemon on this machine; `lines` are keys of its target.
  static func submitter(port: Int, method: Int, _ lines: String...) throws -> NSCA {
    try NSCA(
      target(
        (["[nagios]", "type = nsca", "server = 127.0.0.1", "port = \(port)", "method = \(method)"]
          + (lines.contains { $0.hasPrefix("password") } ? [] : ["password = \(password)"])
          + lines).joined(separator: "\n")))
  }
}

extension NSCA {
  /// Submits with the real world.
  func submit(_ results: [PassiveResult], seconds: Int = 30) async -> [Delivery] {
    await submit(results, using: .live(say: { _ in }), patience: Patience(seconds: seconds))
  }
}

extension Delivery {
  /// The sentence of what was kept.
  var reason: String? { if case .kept(let text) = self { text } else { nil } }
}
