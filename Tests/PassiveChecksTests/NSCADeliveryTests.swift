import Monitoring
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import PassiveChecks

/// Against Debian's nsca, send_nsca and Nagios 4.
@Suite(.scratch) struct NSCADeliveryTests {
  /// One way to log in and speak: the service is named for it.
  private struct Way: Sendable, CustomStringConvertible {
    var method: Int
    var mode: NSCAServer.Mode
    var packet: Int

    static let all = [0, 1, 3, 14].flatMap { method in
      NSCAServer.Mode.allCases.flatMap { mode in
        [4096, 512].map { Way(method: method, mode: mode, packet: $0) }
      }
    }
    var description: String { "m\(method)-\(mode)-\(packet)" }
    var result: PassiveResult { .sample(.warning, "by \(self)", service: description) }
  }

  @Test func `results arrive whole by every method, in both modes and both sizes`() async throws {
    try await NSCASite.with(Way.all.map { "web1/\($0)" }) { site in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for way in Way.all {
          group.addTask {
            let daemon = try await site.daemon(way.method, way.mode)
            let nsca = try NSCASite.submitter(
              port: daemon.port, method: way.method, "packet = \(way.packet)")
            #expect(await nsca.submit([way.result]) == [.delivered], "\(way)")
          }
        }
        try await group.waitForAll()
      }
      let services = try await site.shows(Way.all.count)
      for way in Way.all {
        let service = try #require(services["web1/\(way)"])
        #expect(service["current_state"] == "1")
        #expect(service["plugin_output"] == "TISBACKUP WARNING - web1: by \(way)")
        #expect(service["performance_data"] == "'web1_age'=79200s")
      }
    }
  }

  @Test func `a wrong password or method is seen, and nothing arrives`() async throws {
    try await NSCASite.with(["web1/backup-web1"]) { site in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for mode in NSCAServer.Mode.allCases {
          for (ours, its) in [(1, 1), (3, 3), (14, 14), (0, 1), (1, 0), (14, 3), (3, 1), (1, 14)] {
            group.addTask {
              let daemon = try await site.daemon(its, mode)
              let lines =
                ours == its ? ["password = se=cr ex"] : ["password = \(NSCASite.password)"]
              let nsca = try NSCASite.submitter(
                port: daemon.port, method: ours, lines[0], "reject_wait_ms = 10000")
              // A daemon that hangs up on the last packet leaves nothing unread that would show it.
              let count = ours == 1 ? 3 : 1
              let fates = await nsca.submit([PassiveResult](repeating: .sample(), count: count))
              #expect(fates.count == count && Set(fates.map(\.reason)).count == 1)
              let reason = try #require(fates[0].reason, "\(ours) to \(its), \(mode)")
              #expect(
                reason == """
                  [nagios]: the NSCA daemon at '127.0.0.1' port \(daemon.port) hung up: wrong password or \
                  method?; Compare 'password' and 'method' of [nagios] with password and \
                  decryption_method of nsca.cfg; the daemon's syslog says which it was.
                  """)
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try site.nagios.services()["web1/backup-web1"]?["has_been_checked"] == "0")
    }
  }

  @Test(arguments: [1, 14])
  func `hundreds of results arrive at once`(_ method: Int) async throws {
    let names = (0..<200).map { "s\($0)" }
    try await NSCASite.with(names.map { "web1/\($0)" }) { site in
      let daemon = try await site.daemon(method)
      let nsca = try NSCASite.submitter(port: daemon.port, method: method)
      let fates = await nsca.submit(names.map { .sample(.critical, "of \($0)", service: $0) })
      #expect(fates == [Delivery](repeating: .delivered, count: 200))
      let services = try await site.shows(200)
      for name in names {
        let output = services["web1/\(name)"]?["plugin_output"]
        #expect(output == "TISBACKUP CRITICAL - web1: of \(name)")
      }
    }
  }

  @Test func `short packets arrive too when there are more than stand side by side`() async throws {
    let names = (0..<40).map { "s\($0)" }
    try await NSCASite.with(names.map { "web1/\($0)" }) { site in
      let daemon = try await site.daemon(1, .daemon)
      let nsca = try NSCASite.submitter(port: daemon.port, method: 1, "packet = 512")
      let fates = await nsca.submit(names.map { .sample(.ok, "of \($0)", service: $0) })
      #expect(fates == [Delivery](repeating: .delivered, count: 40))
      _ = try await site.shows(40)
    }
  }

  /// Texts that upset programs on the way, by the name of their service.
  private static let hostile: [String: String] = [
    "tab": "a\tb\t\tc", "lines": "one\ntwo\r\nthree\u{2028}four", "pipe": "a|b | c=1",
    "colon": "a;b;c", "slash": #"C:\new\table\\x \n"#, "nul": "a\0b\u{17}c\u{1}d",
    "latin": String(decoding: [0x61, 0xE9, 0xFF, 0x62], as: UTF8.self), "utf": "ü 👩‍👩‍👧 日本",
    "shell": "$(id) `id` $HOSTNAME$ 'q' \"r\" <b>&amp;",
    "long": String(repeating: "é", count: 5000),
    "empty": "",
  ]

  @Test(arguments: [1, 14])
  func `hostile texts arrive by the one rule for texts`(_ method: Int) async throws {
    let names = Self.hostile.keys.sorted()
    try await NSCASite.with(names.map { "web1/\($0)" }) { site in
      let daemon = try await site.daemon(method)
      let nsca = try NSCASite.submitter(port: daemon.port, method: method)
      let results = names.map {
        PassiveResult.sample(.warning, Self.hostile[$0] ?? "", service: $0)
      }
      #expect(await nsca.submit(results) == names.map { _ in .delivered })
      let services = try await site.shows(names.count)
      for (name, result) in zip(names, results) {
        let service = try #require(services["web1/\(name)"])
        let parts = PassiveText.line(result.report, limit: 4095).split(separator: " | ")
        // Nagios itself keeps `;` for the fields of its commands.
        #expect(service["plugin_output"] == String(parts[0].replacing(";", with: ":")), "\(name)")
        #expect(service["performance_data"] == parts.dropFirst().first.map(String.init), "\(name)")
        #expect(service["long_plugin_output"] ?? "" == "", "\(name)")
      }
    }
  }

  @Test(arguments: [1, 3])
  func `names arrive as long as a packet has room, and longer ones are dropped loudly`(
    _ method: Int
  ) async throws {
    let (host, service) = (String(repeating: "h", count: 63), String(repeating: "s", count: 127))
    try await NSCASite.with(["\(host)/\(service)", "web1/backup-web1"]) { site in
      let daemon = try await site.daemon(method)
      let nsca = try NSCASite.submitter(port: daemon.port, method: method)
      let fates = await nsca.submit([
        .sample(host: host + "h"), .sample(host: host, service: service),
        .sample(service: service + "s"), .sample(service: ""), .sample(service: "a\tb"), .sample(),
      ])
      #expect(fates[1] == .delivered && fates[5] == .delivered)
      let problems = [
        0: "the host '\(host)h' has 64 bytes, 63 at most",
        2: "the service '\(service)s' has 128 bytes, 127 at most", 3: "the service has no name",
        4: "the service 'a b' has a control character in its name",
      ]
      for (index, problem) in problems {
        let cure =
          "Give it a name that NSCA can carry, with 'map_SECTION = HOST;SERVICE' in [global]."
        #expect(fates[index] == .dropped("\(problem); \(cure)"))
      }
      _ = try await site.nagios.waitFor("\(host)/\(service)")
      _ = try await site.nagios.waitFor("web1/backup-web1")
    }
  }

  @Test(arguments: [1, 14])
  func `an existing send_nsca cfg is enough to log in`(_ method: Int) async throws {
    try await NSCASite.with(["web1/backup-web1"]) { site in
      let daemon = try await site.daemon(method)
      let path = try write(
        "# ours\npassword=\(NSCASite.password)\nencryption_method=\(method)\n",
        to: ScratchDirectory.path + "/send_nsca.cfg")
      let nsca = try NSCA(
        target(
          """
          [n]
          type = nsca
          server = localhost
          port = \(daemon.port)
          config = \(path)
          """))
      #expect(await nsca.submit([.sample()]) == [.delivered])
      _ = try await site.nagios.waitFor("web1/backup-web1")
    }
  }
}
