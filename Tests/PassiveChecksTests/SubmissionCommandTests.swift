import Foundation
import Monitoring
import OutsideWorld
import PassiveChecks
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("a command that takes results", .scratch)
struct SubmissionCommandTests {
  private var folder: String { ScratchDirectory.path }

  private func submit(
    _ command: String, _ results: [PassiveResult] = [.sample(), .sample(.critical)],
    seconds: Int = 60
  ) async throws -> [Delivery] {
    let submitter = try SubmissionCommand(target("[other]\ntype = command\ncommand = \(command)"))
    return await submitter.submit(results, using: .real, patience: Patience(seconds: seconds))
  }

  private func script(_ lines: String) throws -> String {
    let path = "\(folder)/submit it"
    try writeScript(lines, to: path)
    return "'\(path)'"
  }

  @Test("gets its words as they stand, and all results on its standard input")
  func input() async throws {
    let command = try script(#"printf '%s|' "$@" > "$1"; cat >> "$1""#)
    let deliveries = try await submit("\(command) \(folder)/got 'a b' \"*\"")
    #expect(deliveries == [.delivered, .delivered])
    #expect(
      try text("\(folder)/got")
        == "\(folder)/got|a b|*|" + SendNSCAInput.text([.sample(), .sample(.critical)]))
  }

  @Test("that fails keeps all, with its last words")
  func fails() async throws {
    let command = try script(#"printf 'one\ntwo\\x\ttab | \033[1mbad\n' >&2; exit 2"#)
    expectKept(
      try await submit(command), count: 2, "[other] does not take results: '\(folder)/submit it'",
      "failed, exit 2: one / two/x tab / bad;", "Run it by hand")
  }

  @Test("that fails is not quoted at length")
  func longWords() async throws {
    let command = try script("yes no | head -c 5000 | tr '\\n' ' '; exit 1")
    let deliveries = try await submit(command)
    expectKept(deliveries, count: 2, "exit 1: no no", "...;")
    #expect((deliveries[0].kept ?? "").utf8.count < 500)
  }

  @Test("that fails without a word, or by a signal, is told of by its end")
  func silent() async throws {
    expectKept(try await submit(script("exit 7")), count: 2, "failed, exit 7;")
    expectKept(try await submit(script("kill -9 $$")), count: 2, "failed, signal 9;")
  }

  @Test("that does not read its input is believed all the same")
  func deaf() async throws {
    let many = (0..<400).map { PassiveResult.large(service: "s\($0)") }
    #expect(try await submit("/bin/true", many) == Array(repeating: .delivered, count: 400))
  }

  @Test("that is not installed is named")
  func missing() async throws {
    expectKept(
      try await submit("no-such-program-here"), count: 2, "[other]: cannot run",
      "Is 'no-such-program-here' installed")
  }

  @Test("that hangs is ended when the time is over", .timeLimit(.minutes(2)))
  func hangs() async throws {
    expectKept(
      try await submit(script("exec sleep 600"), seconds: 1), count: 2,
      "ended after the limit of 1s",
      "raise 'timeout'")
  }

  @Test("is not run for nothing")
  func nothing() async throws {
    #expect(try await submit(script("touch \(folder)/ran"), []) == [])
    #expect(!exists("\(folder)/ran"))
  }

  @Test("may be Debian's send_nsca, which reads all of several results")
  func sendNSCA() async throws {
    // One connection of nsca 2.9 and later: 132 bytes of greeting, 4304 for each result.
    let port = try freePort()
    let daemon = try write(
      """
      import socket, sys
      server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
      while True:
          peer, _ = server.accept()
          data = b""
          try:
              peer.sendall(bytes(132))
              while part := peer.recv(65536): data += part
          except OSError: continue
          if data:
              with open(sys.argv[2], "ab") as file: file.write(data)
      """, to: "\(folder)/daemon.py")
    let server = try await Server(
      "/usr/bin/env", ["python3", daemon, "\(port)", "\(folder)/packets"], port: port,
      log: "\(folder)/daemon.log")
    defer { server.stop() }
    let configuration = try write("encryption_method=0\n", to: "\(folder)/send_nsca.cfg")
    let results = [PassiveResult.sample(), .large(service: "all")]
    let command = "/usr/sbin/send_nsca -H 127.0.0.1 -p \(port) -c \(configuration)"
    #expect(try await submit(command, results) == [.delivered, .delivered])
    let url = URL(filePath: "\(folder)/packets")
    for _ in 0..<1500 where ((try? Data(contentsOf: url))?.count ?? 0) < 2 * 4304 {
      try await Task.sleep(for: .milliseconds(20))
    }
    let packets = try Data(contentsOf: url)
    #expect(packets.count == 2 * 4304)
    let fields = [0, 4304].map { start in
      [14..<78, 78..<206, 206..<4302].map { range in
        String(
          decoding: packets[start...].dropFirst(range.lowerBound).prefix { $0 != 0 }, as: UTF8.self)
      }
    }
    #expect(
      fields
        == results.map {
          [$0.name.host, $0.name.service, PassiveText.line($0.report, limit: 4095)]
        })
    server.stop()
    let refused = try freePort()
    expectKept(
      try await submit(command.replacing("\(port)", with: "\(refused)"), results), count: 2,
      "send_nsca' failed, exit 2: ")
  }
}
