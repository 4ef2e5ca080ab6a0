import Foundation
import Monitoring
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import PassiveChecks

/// What a real Nagios 4 makes of commands through its pipe.
@Suite("the pipe of a real Nagios", .scratch)
struct NagiosPipeTests {
  private func pipe(_ path: String) throws -> NagiosPipe {
    try NagiosPipe(target("[local]\ntype = nagios_pipe\npath = \(path)"))
  }

  @Test("turns a service OK, and then CRITICAL with every line and figure")
  func states() async throws {
    try await withNagios(["web1/backup-web1", "web1/export-web1"]) { server in
      let pipe = try pipe(server.commandFile)
      let first = [
        PassiveResult.sample(), .sample(.unknown, "cannot read; at all", service: "export-web1"),
      ]
      #expect(await pipe.submit(first, using: .real, patience: .long) == [.delivered, .delivered])
      for result in first { try await expectShown(result, by: server) }
      let fields = try await server.waitFor("web1/backup-web1")
      #expect(fields["last_check"] == "1795457454")
      let second = PassiveResult.large()
      #expect(await pipe.submit([second], using: .real, patience: .long) == [.delivered])
      try await expectShown(second, by: server)
    }
  }

  @Test("brings as much of a long text as there is room for, its beginning first")
  func long() async throws {
    try await withNagios(["web1/backup-web1"]) { server in
      let result = PassiveResult.large(sections: 400, hasFigures: false)
      let pipe = try pipe(server.commandFile)
      #expect(await pipe.submit([result], using: .real, patience: .long) == [.delivered])
      let fields = try await server.waitFor("web1/backup-web1")
      #expect(fields["plugin_output"] == result.shown.line)
      #expect(fields["current_state"] == "2")
      let sent = ExternalCommand.line(result)
      let shown = fields["long_plugin_output"] ?? ""
      #expect(shown.utf8.count > 3500 && sent.hasSuffix("\(shown)\n"))
    }
  }

  /// A text, and what Nagios is to show of it.
  static let hostile: [(text: String, shown: String)] = [
    ("a\tb\r\nc", "a b c"), ("pipe | rm 'x'=1", "pipe / rm 'x'=1"), ("one; two", "one: two"),
    (#"C:\new\table\\"#, "C:/new/table//"), ("nul\u{0}byte", "nulbyte"), ("\u{1B}[31mred", "red"),
    (String(decoding: [0x61, 0xFF, 0xC3] as [UInt8], as: UTF8.self), "a\u{FFFD}\u{FFFD}"),
    ("Grüße 👩‍👩‍👧", "Grüße 👩‍👩‍👧"),
    (
      "[1] PROCESS_SERVICE_CHECK_RESULT;web1;s0;2;x", "[1] PROCESS_SERVICE_CHECK_RESULT:web1:s0:2:x"
    ),
    ("$USER1$ %s `id` \"quoted\" <b>", "$USER1$ %s `id` \"quoted\" <b>"),
  ]

  @Test("shows hostile texts as text")
  func hostileTexts() async throws {
    try await withNagios(Self.hostile.indices.map { "web1/s\($0)" }) { server in
      let results = Self.hostile.enumerated().map {
        PassiveResult.sample(.warning, $1.text, service: "s\($0)")
      }
      let pipe = try pipe(server.commandFile)
      let deliveries = await pipe.submit(results, using: .real, patience: .long)
      #expect(deliveries.allSatisfy { $0 == .delivered })
      for (number, (_, shown)) in Self.hostile.enumerated() {
        let fields = try await server.waitFor("web1/s\(number)")
        #expect(fields["plugin_output"] == "TISBACKUP WARNING - web1: \(shown)")
        #expect(fields["current_state"] == "1")
        #expect(fields["performance_data"] == "'web1_age'=79200s")
      }
    }
  }

  @Test("a service that Nagios does not know is delivered: only its log tells")
  func unknownService() async throws {
    try await withNagios(["web1/backup-web1"]) { server in
      let results = [PassiveResult.sample(service: "nosuch"), .sample()]
      let pipe = try pipe(server.commandFile)
      #expect(
        await pipe.submit(results, using: .real, patience: .long) == [.delivered, .delivered])
      try await expectShown(results[1], by: server)
      #expect(try text("\(server.folder)/nagios.log").contains("'nosuch' on host 'web1', but"))
    }
  }

  @Test("keeps everything for a Nagios that has ended, with its pipe left behind and without")
  func stopped() async throws {
    try await withNagios(["web1/backup-web1"]) { server in
      let pipe = try pipe(server.commandFile)
      try await server.stop()
      let results = [PassiveResult.sample(), .sample(.critical)]
      expectKept(
        await pipe.submit(results, using: .real, patience: .long), count: 2,
        "[local] takes no commands: '\(server.commandFile)' has no reader;", "start Nagios")
      try FileManager.default.removeItem(atPath: server.commandFile)
      expectKept(
        await pipe.submit(results, using: .real, patience: .long), count: 2, "is not there",
        "Start Nagios, and compare 'path' with command_file")
      #expect(!exists(server.commandFile))
      try await server.start()
      #expect(
        await pipe.submit(results, using: .real, patience: .long) == [.delivered, .delivered])
      try await expectShown(results[1], by: server)
    }
  }
}
