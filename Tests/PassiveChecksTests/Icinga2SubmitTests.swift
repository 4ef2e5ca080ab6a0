import Foundation
import Monitoring
import OutsideWorld
import PassiveChecks
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What a real Icinga 2 makes of what we post, and what we make of its answers.
@Suite("announcing to Icinga 2", .scratch)
struct Icinga2SubmitTests {
  private static let users = """
    object ApiUser "tisbackup" {
      password = "p\\"w \\\\ $x"
      permissions = [ "actions/process-check-result" ]
    }
    object ApiUser "reader" {
      password = "secret"
      permissions = [ "actions/process-check-result", "objects/query/Service" ]
    }
    object ApiUser "nobody" {
      password = "secret"
      permissions = [ "status/query" ]
    }
    object ApiUser "only-db" {
      password = "secret"
      permissions = [ {
        permission = "actions/process-check-result"
        filter = {{ host.name == "db1" }}
      } ]
    }
    object ApiUser "certificate" {
      client_cn = "backup1.example.com"
      permissions = [ "actions/process-check-result" ]
    }

    """

  private func server(_ names: [String], more: String = "") throws -> Icinga2Server {
    try Icinga2Server(
      in: ScratchDirectory.path, plugin: "/bin/true",
      files: ["users.conf": Self.users, "objects.conf": Icinga2Server.passiveObjects(names) + more])
  }

  private func submitter(_ server: Icinga2Server, _ lines: String = "") throws -> Icinga2 {
    let password = try write("p\"w \\ $x\n", to: "\(ScratchDirectory.path)/api.password")
    let login =
      lines.contains("user") || lines.contains("client_cert")
      ? "" : "user = tisbackup\npassword_file = \(password)\n"
    let given = lines.contains("ca_file") ? "" : "ca_file = \(server.caFile)\n"
    let url = lines.contains("url =") ? "" : "url = \(server.url)\n"
    return try Icinga2(target("[icinga]\ntype = icinga2\n\(url)\(given)\(login)\(lines)"))
  }

  private func submit(
    _ results: [PassiveResult], by submitter: Icinga2, seconds: Int = 20
  ) async -> [Delivery] {
    await submitter.submit(
      results, using: .live { _ in }, patience: Patience(seconds: seconds))
  }

  @Test("state, text, figures with their thresholds, source and time to live arrive")
  func arrives() async throws {
    let server = try server(["web1!backup-web1"])
    try await server.running {
      let figures = [
        Perfdata(
          "web1_age", 79_200, unit: .seconds, critical: Threshold(atMost: 108_000), minimum: 0),
        Perfdata("web1_size", 1000, unit: .bytes, minimum: 0),
      ]
      let delivered = await submit(
        [.sample(.ok, "last OK 22h ago", perfdata: figures)], by: try submitter(server))
      #expect(delivered == [.delivered])
      let service = try await server.waitFor("web1!backup-web1")
      #expect(service.result?.state == 0)
      #expect(service.result?.output == "TISBACKUP OK - web1: last OK 22h ago")
      #expect(service.figures?.map(\.label) == ["web1_age", "web1_size"])
      #expect(service.figures?.first?.crit == 108_000)
      #expect(service.result?.check_source == MachineName.current())
      #expect(service.result?.ttl == 90_000)

      let worse = await submit([.sample(.critical, "too old")], by: try submitter(server))
      #expect(worse == [.delivered])
      let after = try await server.waitFor("web1!backup-web1") { $0.state == 2 }
      #expect(after.result?.output == "TISBACKUP CRITICAL - web1: too old")
    }
  }

  @Test("a certificate logs in, and another name than that of the address can be trusted")
  func logins() async throws {
    let server = try server(["web1!backup-web1", "db1!backup-db1"])
    try await server.running {
      let client = try await server.clientCertificate("backup1.example.com")
      let byCertificate = try submitter(
        server, "client_cert = \(client.certificate)\nclient_key = \(client.key)")
      #expect(await submit([.sample()], by: byCertificate) == [.delivered])
      let byName = try submitter(
        server, "url = https://127.0.0.1:\(server.port)/\ntls_name = localhost")
      #expect(await submit([.sample()], by: byName) == [.delivered])
      let reading = try submitter(server, "user = reader\npassword = secret\nreadback = yes")
      let read = await submit([.sample(.warning)], by: reading)
      #expect(read == [.delivered], "\(read)")
    }
  }

  /// What is wrong, the lines of the target, and the words of the cure.
  struct Trouble: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var lines: String
    var host = "web1"
    var says: [String]
  }

  @Test("what goes wrong stays owed, and the message says what mends it")
  func troubles() async throws {
    let server = try server(
      ["web1!backup-web1", "db1!backup-db1"],
      more: """
        object Service "closed" {
          host_name = "web1"
          check_command = "dummy"
          enable_passive_checks = false
        }

        """)
    let otherCA = "\(ScratchDirectory.path)/other.crt"
    _ = try await program([
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3", "-subj",
      "/CN=other",
      "-keyout", "\(ScratchDirectory.path)/other.key", "-out", otherCA,
    ])
    let login = "user = tisbackup\npassword = wrong"
    let troubles = [
      Trouble(
        testDescription: "password", lines: login, says: ["401", "ApiUser", "'password'"]),
      Trouble(
        testDescription: "user", lines: "user = stranger\npassword = x", says: ["401", "'user'"]),
      Trouble(
        testDescription: "permission", lines: "user = nobody\npassword = secret",
        says: ["404", "actions/process-check-result", "web1!backup-web1"]),
      Trouble(
        testDescription: "filter", lines: "user = only-db\npassword = secret",
        says: ["404", "filter", "web1!backup-web1"]),
      Trouble(
        testDescription: "service", lines: "", host: "typo",
        says: ["404", "typo!backup-web1", "map_SECTION", "--generate icinga2"]),
      Trouble(testDescription: "CA", lines: "ca_file = \(otherCA)", says: ["'ca_file'"]),
      Trouble(
        testDescription: "no CA", lines: "ca_file = /nonexistent.crt", says: ["CA file", "ca_file"]),
      Trouble(
        testDescription: "name", lines: "url = https://127.0.0.1:\(server.port)",
        says: ["'url'", "certificate"]),
      Trouble(
        testDescription: "TLS name",
        lines: "url = https://127.0.0.1:\(server.port)\ntls_name = icinga.example.com",
        says: ["'tls_name'"]),
      Trouble(
        testDescription: "port", lines: "url = https://localhost:\(try freePort())",
        says: ["nobody answers"]),
      Trouble(
        testDescription: "host", lines: "url = https://icinga.invalid", says: ["'url'", "DNS"]),
      Trouble(
        testDescription: "read back", lines: "user = only-db\npassword = secret\nreadback = yes",
        host: "db1", says: ["objects/query/Service", "readback"]),
    ]
    try await server.running {
      for trouble in troubles {
        let service = trouble.host == "db1" ? "backup-db1" : "backup-web1"
        let result = await submit(
          [.sample(host: trouble.host, service: service)], by: try submitter(server, trouble.lines))
        guard case .kept(let problem) = result.first else {
          Issue.record("\(trouble.testDescription): \(result)")
          continue
        }
        for word in ["[icinga]"] + trouble.says {
          #expect(problem.contains(word), "\(trouble.testDescription): \(problem)")
        }
        #expect(!problem.contains("secret") && !problem.contains("p\"w"))
      }
      let closed = await submit([.sample(service: "closed")], by: try submitter(server))
      #expect(closed.first?.problem?.contains("enable_passive_checks") == true, "\(closed)")
    }
  }

  @Test("one service that is not there keeps no other from arriving, and each has its own answer")
  func mixed() async throws {
    let names = (1...30).map { "host\($0)!backup" }
    let server = try server(names)
    try await server.running {
      let results = (0...31).map {
        PassiveResult.sample(.warning, host: "host\($0)", service: "backup")
      }
      let deliveries = await submit(results, by: try submitter(server))
      #expect(deliveries.indices.filter { deliveries[$0] == .delivered } == Array(1...30))
      #expect(deliveries[0].problem?.contains("host0!backup") == true)
      #expect(deliveries[31].problem?.contains("host31!backup") == true)
      #expect(try await server.waitFor("host30!backup").result?.state == 1)
    }
  }

  @Test("hostile text arrives as the rule for texts says")
  func hostile() async throws {
    let server = try server(["web1!backup-web1"])
    try await server.running {
      let text =
        "tab\there\nline | pipe; semi \\n C:\\new \u{0} \u{1B}[31m é \u{202E} \"quoted\" $host.name$"
      #expect(await submit([.sample(.critical, text)], by: try submitter(server)) == [.delivered])
      let shown = try await server.waitFor("web1!backup-web1").result?.output
      #expect(
        shown
          == "TISBACKUP CRITICAL - web1: tab here line / pipe; semi /n C:/new é \"quoted\" $host.name$"
      )
    }
  }

  @Test("two thousand sections fit into one result")
  func large() async throws {
    let server = try server(["backup1!tisbackup"])
    try await server.running {
      let items = (1...2000).map { number in
        Report.Item(
          name: "section\(number)", state: .critical, text: "last OK 5 days ago \"x\"",
          perfdata: [Perfdata("section\(number)_age", 432_000, unit: .seconds)])
      }
      let report = Report(
        plugin: "TISBACKUP", items: items, aggregates: [Perfdata("sections", 2000, minimum: 0)])
      let result = PassiveResult(
        name: AnnouncedName(host: "backup1", service: "tisbackup"), report: report,
        time: .current(), ttl: 100)
      #expect(await submit([result], by: try submitter(server)) == [.delivered])
      let service = try await server.waitFor("backup1!tisbackup")
      #expect(service.figures?.map(\.label) == ["sections"])
      #expect(service.result?.output.hasSuffix(" more") == true)
    }
  }

  @Test("a server that never answers costs the patience, and no more", .timeLimit(.minutes(2)))
  func silent() async throws {
    let silent = try SilentServer()
    let server = try server([])
    let submitter = try submitter(
      server, "url = https://localhost:\(silent.port)\nca_file = /etc/ssl/certs/ca-certificates.crt"
    )
    let results = (1...50).map { PassiveResult.sample(host: "host\($0)") }
    let deliveries = await submit(results, by: submitter, seconds: 2)
    #expect(deliveries.count == 50)
    #expect(Set(deliveries.map(\.problem)).count == 1)
    #expect(deliveries[0].problem?.contains("in time") == true, "\(deliveries[0])")
  }
}
