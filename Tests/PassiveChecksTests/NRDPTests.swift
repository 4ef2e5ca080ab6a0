import Foundation
import Monitoring
import OutsideWorld
import PassiveChecks
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What comes of results that go to a stand-in for NRDP, some of them on to a real Nagios.
@Suite("NRDP", .scratch)
struct NRDPTests {
  private var scratch: String { ScratchDirectory.path }

  private func submit(
    _ results: [PassiveResult] = [.sample(), .sample(.critical)], to url: String,
    _ more: String = "", token: String = NRDPServer.token, seconds: Int = 60
  ) async throws -> [Delivery] {
    let file = try write("\(token)\n", to: "\(scratch)/token")
    let nrdp = try NRDP(target("[web]\ntype = nrdp\nurl = \(url)\ntoken_file = \(file)\n\(more)"))
    let deliveries = await nrdp.submit(results, using: .real, patience: Patience(seconds: seconds))
    #expect(!"\(deliveries)".contains(token))
    return deliveries
  }

  private func server(_ mode: NRDPServer.Mode = .nrdp, tls: String? = nil) async throws
    -> NRDPServer
  {
    try makeFolder("\(scratch)/out")
    return try await NRDPServer(in: scratch, results: "\(scratch)/out", mode: mode, tls: tls)
  }

  @Test("turns a real service OK, and then CRITICAL with every line and figure")
  func states() async throws {
    try await withNagios(["web1/backup-web1", "web1/export-web1"]) { nagios in
      let server = try await NRDPServer(in: scratch, results: nagios.results)
      defer { server.stop() }
      let first = [
        PassiveResult.sample(), .sample(.unknown, #"a "b" & c=d + 100%"#, service: "export-web1"),
      ]
      #expect(try await submit(first, to: server.url) == [.delivered, .delivered])
      for result in first { try await expectShown(result, by: nagios) }
      let second = PassiveResult.large(sections: 400)
      #expect(try await submit([second], to: server.url) == [.delivered])
      try await expectShown(second, by: nagios)
    }
  }

  @Test("shows hostile texts as text")
  func hostileTexts() async throws {
    let hostile = NagiosPipeTests.hostile
    try await withNagios(hostile.indices.map { "web1/s\($0)" }) { nagios in
      let server = try await NRDPServer(in: scratch, results: nagios.results)
      defer { server.stop() }
      let results = hostile.enumerated().map {
        PassiveResult.sample(.warning, $1.text, service: "s\($0)")
      }
      let deliveries = try await submit(results, to: server.url)
      #expect(deliveries.allSatisfy { $0 == .delivered })
      for (number, (_, shown)) in hostile.enumerated() {
        let fields = try await nagios.waitFor("web1/s\(number)")
        #expect(fields["plugin_output"] == "TISBACKUP WARNING - web1: \(shown)")
      }
    }
  }

  @Test("takes many results in few requests, of a size that curl can be told of")
  func batches() async throws {
    let server = try await server()
    defer { server.stop() }
    let small = (0..<150).map { PassiveResult.sample(service: "s\($0)") }
    // Quotes take four bytes each on their way.
    let quotes = String(repeating: "\"", count: 900)
    let large = (0..<3).map { number in
      var result = PassiveResult.large(service: "l\(number)")
      result.report = Report(
        plugin: "TISBACKUP",
        items: (0..<100).map { .init(name: "\($0)", state: .ok, text: quotes, perfdata: []) })
      return result
    }
    let deliveries = try await submit(small + large, to: server.url)
    #expect(deliveries == Array(repeating: .delivered, count: 153))
    #expect(server.requests.reduce(0, +) == 153)
    #expect(server.requests.allSatisfy { $0 <= 100 } && server.requests.count <= 6)
  }

  @Test("with a wrong token keeps all, and never shows it")
  func wrongToken() async throws {
    let server = try await server()
    defer { server.stop() }
    expectKept(
      try await submit(to: server.url, token: "wrong-s3cret"), count: 2,
      "[web] does not take results: NRDP answers 'BAD TOKEN'", "'token_file'")
    #expect(server.requests == [])
  }

  @Test("whose folder is missing keeps all")
  func noFolder() async throws {
    let server = try await NRDPServer(in: scratch, results: "\(scratch)/nosuch")
    defer { server.stop() }
    expectKept(
      try await submit(to: server.url), count: 2, "'BAD CHECK RESULTS DIR'", "check_results_dir")
  }

  /// What may answer in its place, the problem and its cure.
  static let strangers: [(NRDPServer.Mode, String, String)] = [
    (.broken, "the web server answers 500", "error log of the web server"),
    (.missing, "the web server answers 404", "path in 'url'"),
    (.page, "what answers is not NRDP", "path in 'url'"),
    (.cut, "the connection to the server broke", "the server's log"),
    (.echo, "NRDP answers 'BAD ***'", "config.inc.php"),
  ]

  @Test("is not taken for what it is not", arguments: strangers)
  func stranger(_ other: (mode: NRDPServer.Mode, problem: String, cure: String)) async throws {
    let server = try await server(other.mode)
    defer { server.stop() }
    expectKept(try await submit(to: server.url), count: 2, other.problem, other.cure)
  }

  @Test("speaks https with a CA of its own, and is not trusted without it or by another name")
  func https() async throws {
    let ca = try await TestCA(in: scratch)
    let server = try await server(tls: ca.certificate(for: "localhost"))
    defer { server.stop() }
    #expect(try await submit(to: server.url, "ca_file = \(ca.file)") == [.delivered, .delivered])
    #expect(server.requests == [2])
    expectKept(
      try await submit(to: server.url), count: 2, "certificate is not trusted", "with 'ca_file'")
    let other = try await TestCA(in: scratch)
    expectKept(
      try await submit(to: server.url, "ca_file = \(other.file)"), count: 2,
      "certificate is not trusted", "with 'ca_file'")
    expectKept(
      try await submit(
        to: server.url.replacing("localhost", with: "127.0.0.1"), "ca_file = \(ca.file)"),
      count: 2, "certificate is not trusted", "certificate into 'url'")
    expectKept(
      try await submit(to: server.url, "ca_file = /nonexistent/ca.pem"), count: 2,
      "CA file cannot be read", "'ca_file'")
    #expect(server.requests == [2])
    let plain = try await self.server()
    defer { plain.stop() }
    expectKept(
      try await submit(to: plain.url.replacing("http:", with: "https:")), count: 2,
      "no TLS with the server", "speaks https")
  }

  @Test("that is down, unknown or silent keeps all, with the cure", .timeLimit(.minutes(2)))
  func unreachable() async throws {
    expectKept(
      try await submit(to: "http://127.0.0.1:\(freePort())/nrdp/"), count: 2,
      "nobody answers at the server's port", "Start the server")
    expectKept(
      try await submit(to: "http://nosuch.invalid/nrdp/"), count: 2,
      "the server is not known here", "the DNS")
    let silent = try SilentServer()
    expectKept(
      try await submit(to: "http://127.0.0.1:\(silent.port)/nrdp/", seconds: 1), count: 2,
      "the server did not answer in time", "raise 'timeout'")
  }

  @Test("gives up at once what it says is not JSON: it would be refused again")
  func badJSON() async throws {
    let body = #"{"result":{"status":-1,"message":"BAD JSON"}}"#
    let transcript = Transcript([
      ("curl -q -K -", Finished(0, body + CurlAnswer.mark(number: 0, code: "200")))
    ])
    let nrdp = try NRDP(target("[web]\ntype = nrdp\nurl = http://n/nrdp/\ntoken = s3cret"))
    let deliveries = await nrdp.submit(
      [.sample()], using: transcript.world(), patience: .long)
    #expect(
      deliveries == [
        .dropped(
          "[web] does not take results: NRDP answers 'BAD JSON'; Update NRDP; if it stays, report this as a bug."
        )
      ])
  }

  /// Tokens that a message is cut in, or that cleaning it changes.
  static let echoes = [
    (token: "s3cret-token", before: 195), (token: #"s3\cret"#, before: 4),
    (token: "s3  cret", before: 4),
  ]

  @Test("never shows a part of the token, wherever the answer has it", arguments: echoes)
  func echo(_ token: String, before: Int) async throws {
    let message = String(repeating: "x", count: before) + token.replacing(#"\"#, with: #"\\"#)
    let body = #"{"result":{"status":-1,"message":"\#(message)"}}"#
    let transcript = Transcript([
      ("curl -q -K -", Finished(0, body + CurlAnswer.mark(number: 0, code: "200")))
    ])
    let nrdp = try NRDP(target("[web]\ntype = nrdp\nurl = http://n/nrdp/\ntoken = \(token)"))
    let deliveries = await nrdp.submit([.sample()], using: transcript.world(), patience: .long)
    expectKept(deliveries, count: 1, "NRDP answers 'xxxx")
    #expect(!"\(deliveries)".contains("s3"))
  }

  @Test("keeps only what was not answered before curl stopped")
  func partial() async throws {
    let body = #"{"result":{"status":0,"message":"OK","meta":{"output":"100 checks processed"}}}"#
    let transcript = Transcript([
      (
        "curl -q -K -",
        Finished(
          28,
          body + CurlAnswer.mark(number: 0, code: "200") + CurlAnswer.mark(number: 1, code: "000"),
          errors: "curl: (28) Operation timed out after 10000 milliseconds\n")
      )
    ])
    let nrdp = try NRDP(target("[web]\ntype = nrdp\nurl = http://n/nrdp/\ntoken = s3cret"))
    let deliveries = await nrdp.submit(
      (0..<250).map { .sample(service: "s\($0)") }, using: transcript.world(), patience: .long)
    #expect(deliveries.prefix(100).allSatisfy { $0 == .delivered })
    expectKept(Array(deliveries.dropFirst(100)), count: 150, "did not answer in time")
    #expect(await nrdp.submit([], using: transcript.world(), patience: .long) == [])
  }
}
