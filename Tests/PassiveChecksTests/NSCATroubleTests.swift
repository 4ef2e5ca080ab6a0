import Foundation
import Monitoring
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import PassiveChecks

/// What is kept, with which words, when a daemon does not do what it should.
@Suite(.scratch) struct NSCATroubleTests {
  private static let greeting = [UInt8](repeating: 7, count: 132)

  @Test(arguments: [1, 14])
  func `a daemon that is down is told once, with the keys to look at`(_ method: Int) async throws {
    let port = try freePort()
    let fates = try await NSCASite.submitter(port: port, method: method)
      .submit([.sample(), .sample()])
    let sentence = """
      [nagios]: cannot connect to '127.0.0.1' port \(port): Connection refused; Check 'server' and 'port' of \
      [nagios], whether nsca runs there, and the firewalls between.
      """
    #expect(fates == [.kept(sentence), .kept(sentence)])
  }

  @Test func `a name without an address is told with the key to look at`() async throws {
    let nsca = try NSCA(target("[n]\ntype = nsca\nserver = nowhere.invalid"))
    let reason = await nsca.submit([.sample()])[0].reason
    #expect(reason?.hasPrefix("[n]: the name 'nowhere.invalid' has no address: ") == true)
    #expect(reason?.contains("Check 'server' of [n]") == true)
  }

  @Test(.timeLimit(.minutes(2)), arguments: [1, 14])
  func `a port that never answers costs the patience and no more`(_ method: Int) async throws {
    let server = try SilentServer()
    let nsca = try NSCASite.submitter(port: server.port, method: method)
    let fates = await nsca.submit([.sample(), .sample()], seconds: 1)
    #expect(fates.count == 2 && fates[0] == fates[1])
    #expect(
      fates[0].reason?.hasPrefix(
        "[nagios]: '127.0.0.1' port \(server.port) has not answered a connection in time; Check that 'server'"
      ) == true)
  }

  @Test(arguments: [(0, 1), (50, 14), (131, 1)])
  func `a port that is not NSCA, or lets nobody in, is told`(_ count: Int, _ method: Int)
    async throws
  {
    let server = try ScriptedServer(
      greeting: [UInt8](repeating: 7, count: count), hangsUpAfter: 0)
    let fates = try await NSCASite.submitter(port: server.port, method: method).submit([.sample()])
    let reason = try #require(fates[0].reason)
    #expect(
      reason.hasPrefix(
        "[nagios]: '127.0.0.1' port \(server.port) sent \(count) of the 132 bytes an NSCA daemon begins with; "
      ))
    #expect(reason.contains("hosts.allow") && reason.contains("libmcrypt"))
  }

  @Test func `a method its libmcrypt lacks shows in a daemon that says nothing`() async throws {
    let daemon = try await NSCAServer.start(
      in: ScratchDirectory.path, method: 7, password: "x", commandFile: "/dev/null")
    let fates = try await NSCASite.submitter(port: daemon.port, method: 1).submit([.sample()])
    #expect(fates[0].reason?.contains("sent 0 of the 132 bytes") == true)
    daemon.stop()
  }

  @Test(arguments: [(1, 4304), (1, 4304 * 20), (14, 4304), (14, 4304 * 3)])
  func `a daemon that hangs up amidst many results has taken none for sure`(
    _ method: Int, _ limit: Int
  ) async throws {
    let server = try ScriptedServer(greeting: Self.greeting, hangsUpAfter: limit)
    let results = [PassiveResult](repeating: .sample(), count: 100)
    let fates = try await NSCASite.submitter(port: server.port, method: method).submit(results)
    #expect(
      fates.allSatisfy { $0.reason?.contains("hung up: wrong password") == true }, "\(fates[0])")
  }

  @Test(arguments: [1, 14])
  func `an old daemon shows a wrong password for short packets, at the first`(_ method: Int)
    async throws
  {
    let server = try ScriptedServer(greeting: Self.greeting, hangsUpAfter: 720)
    let nsca = try NSCASite.submitter(port: server.port, method: method, "packet = 512")
    let fates = await nsca.submit([PassiveResult](repeating: .sample(), count: 5))
    #expect(fates.count == 5)
    #expect(
      fates.allSatisfy { $0.reason?.contains("hung up: wrong password") == true }, "\(fates[0])")
    #expect(server.received == 720)
  }

  @Test(arguments: [1, 14], [4304, 720])
  func `a packet has the size that is asked for`(_ method: Int, _ size: Int) async throws {
    let server = try ScriptedServer(greeting: Self.greeting, hangsUpAfter: nil)
    let nsca = try NSCASite.submitter(
      port: server.port, method: method, "packet = \(size == 720 ? 512 : 4096)",
      "reject_wait_ms = 100")
    #expect(await nsca.submit([.sample()]) == [.delivered])
    #expect(server.received == size)
  }

  @Test func `a daemon since 2_9 cannot show a wrong password for short packets`() async throws {
    // It reads one only when the connection ends, and closes it then in any case.
    let daemon = try await NSCAServer.start(
      in: ScratchDirectory.path, method: 1, password: "another", commandFile: "/dev/null")
    let nsca = try NSCASite.submitter(port: daemon.port, method: 1, "packet = 512")
    #expect(await nsca.submit([.sample()]) == [.delivered])
    daemon.stop()
  }

  @Test(arguments: [1, 14], ["4096", "512"])
  func `a daemon that hangs up early is believed where nobody is to look`(
    _ method: Int, _ packet: String
  ) async throws {
    let server = try ScriptedServer(
      greeting: Self.greeting, hangsUpAfter: packet == "512" ? 720 : 4304)
    let nsca = try NSCASite.submitter(
      port: server.port, method: method, "packet = \(packet)", "reject_wait_ms = 0")
    let fates = await nsca.submit([.sample()])
    #expect(fates == [.delivered])
  }

  @Test func `what a daemon does not read is kept when the patience is over`() async throws {
    let server = try ScriptedServer(greeting: Self.greeting, hangsUpAfter: -1)
    let nsca = try NSCASite.submitter(port: server.port, method: 1)
    let results = [PassiveResult](repeating: .sample(), count: 5000)
    let fates = await nsca.submit(results, seconds: 2)
    let kept = fates.compactMap(\.reason)
    #expect(fates.count == 5000 && kept.count > 1000)
    #expect(
      fates.last?.reason?.contains("has not taken this result in time; Raise 'timeout'") == true)
    // What is kept are the last ones: those before are with the machine of the daemon, whole.
    #expect(fates.prefix(5000 - kept.count).allSatisfy { $0 == .delivered })
    #expect((5000 - kept.count) * 4304 <= server.unread)
  }

  @Test(.timeLimit(.minutes(2)), arguments: [1, 14])
  func `a run that is interrupted does not wait`(_ method: Int) async throws {
    let server = try ScriptedServer(greeting: Self.greeting, hangsUpAfter: nil)
    let nsca = try NSCASite.submitter(port: server.port, method: method, "reject_wait_ms = 10000")
    let task = Task { await nsca.submit([.sample()], seconds: 600) }
    while server.received < 4304 { try await Task.sleep(for: .milliseconds(10)) }
    task.cancel()
    #expect(await task.value[0].reason?.contains("was interrupted") == true)
  }

  @Test func `a password is nowhere that others can read`() async throws {
    let daemon = try await NSCAServer.start(
      in: ScratchDirectory.path, method: 14, password: NSCASite.password, commandFile: "/dev/null")
    let seen = Mutex<[(Invocation, String)]>([])
    let live = World.live(say: { _ in })
    var world = live
    world.run = { invocation, progress throws(BackupError) in
      let config = invocation.arguments.last.flatMap { try? text($0) } ?? ""
      seen.withLock { $0.append((invocation, config)) }
      return try await live.run(invocation, progress)
    }
    let nsca = try NSCASite.submitter(port: daemon.port, method: 14)
    let fates = await nsca.submit([.sample()], using: world, patience: Patience(seconds: 30))
    #expect(fates == [.delivered])
    let (invocation, config) = try #require(seen.withLock { $0.first })
    #expect(config == "password=\(NSCASite.password)\nencryption_method=14\n")
    let path = try #require(invocation.arguments.last)
    // Another test may have a file of its own there by now.
    #expect(path.hasPrefix("/proc/") && (try? text(path)) != config)
    #expect(!invocation.redacted.contains(NSCASite.password) && invocation.environment.isEmpty)
    guard case .bytes(let input) = invocation.input else { throw ServerError.noPort }
    #expect(
      String(decoding: input, as: UTF8.self)
        == "web1\tbackup-web1\t0\tTISBACKUP OK - web1: last OK 22h ago | 'web1_age'=79200s")
    daemon.stop()
  }

  @Test func `results are told apart by the sign that send_nsca knows alone`() async throws {
    let server = try ScriptedServer(greeting: Self.greeting, hangsUpAfter: nil)
    let seen = Mutex<[Invocation]>([])
    let world = Transcript([]).world()
    var recording = world
    recording.run = { invocation, _ throws(BackupError) in
      seen.withLock { $0.append(invocation) }
      return Finished(2, "Error: Timeout after 10 seconds\n")
    }
    let nsca = try NSCASite.submitter(port: server.port, method: 3)
    let fates = await nsca.submit(
      [.sample(service: "a"), .sample(service: "b")], using: recording,
      patience: Patience(seconds: 30))
    #expect(
      fates[1].reason == """
        [nagios]: send_nsca to '127.0.0.1' port \(server.port) failed: Error: Timeout after 10 seconds; Check \
        [nagios], and try send_nsca by hand.
        """)
    guard case .bytes(let input) = seen.withLock({ $0 }).first?.input else {
      throw ServerError.noPort
    }
    let sets = String(decoding: input, as: UTF8.self).components(separatedBy: "\u{17}")
    #expect(
      sets.count == 2 && sets[0].hasPrefix("web1\ta\t0\tT") && sets[1].hasPrefix("web1\tb\t0\tT"))
    #expect(!sets.contains { $0.contains("\n") })
  }

  @Test(.timeLimit(.minutes(2)))
  func `a send_nsca that is missing is told with its package`() async throws {
    let server = try ScriptedServer(greeting: Self.greeting, hangsUpAfter: nil)
    var world = Transcript([]).world()
    world.run = { _, _ throws(BackupError) in
      throw BackupError(.driver, "cannot run 'send_nsca': no such file")
    }
    let nsca = try NSCASite.submitter(port: server.port, method: 14)
    let fates = await nsca.submit([.sample()], using: world, patience: Patience(seconds: 600))
    #expect(
      fates == [
        .kept(
          """
          [nagios]: cannot run 'send_nsca': no such file; Install send_nsca (Debian: nsca-client), which \
          every 'method' but 0 and 1 needs.
          """)
      ])
  }

  @Test func `nothing to send is nothing to do`() async throws {
    let nsca = try NSCASite.submitter(port: try freePort(), method: 1)
    #expect(await nsca.submit([]) == [])
  }
}
