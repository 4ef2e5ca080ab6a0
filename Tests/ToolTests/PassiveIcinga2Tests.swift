import Foundation
import TISBackupTestSupport
import Testing

/// What a real Icinga 2 makes of services that are reported to it, and of the user who reports.
@Suite("Icinga 2 with reported services", .scratch)
struct PassiveIcinga2Tests {
  private func icinga(_ hosts: String, _ more: [String: String] = [:]) throws -> Icinga2Server {
    var files = more
    for name in ["tisbackup-command.conf", "tisbackup-services.conf"] {
      files[name] = try text(shippedFile("icinga2/\(name)"))
    }
    files["tisbackup-hosts.conf"] = hosts
    return try Icinga2Server(
      in: ScratchDirectory.path, plugin: toolPath("check_tisbackup"), files: files)
  }

  /// The shipped file, with the password that its reader has set.
  private func user() throws -> String {
    try text(shippedFile("icinga2/tisbackup-apiuser.conf"))
      .replacing("password = \"\"", with: "password = \"hunter2\"")
  }

  @Test(
    "icinga2 daemon -C takes what is generated, whatever the names are",
    arguments: PassiveNagiosTests.inis)
  func verified(_ monitoring: String) async throws {
    let text = try await PassiveNagiosTests.generated(
      PassiveNagiosTests.server(monitoring), "icinga2")
    let result = try await icinga(text).verify()
    #expect(result.status == 0, "\(result.stdout)\(text)")
    let count = text.split(separator: "vars.tisbackup_reported[").count - 1
    #expect(instances("Service", result) == count, "\(result.stdout)\(text)")
  }

  @Test("both forms make the same services")
  func forms() async throws {
    let server = try await PassiveNagiosTests.server(
      "export_service = export-{section}\nsummary = {backup_host};tisbackup")
    let text = try await PassiveNagiosTests.generated(server, "icinga2", "--existing-hosts")
    #expect(!text.contains("object Host"))
    let hosts = ["backup1", "web1.example.com", "db1.example.com", "late.example.com"]
      .map { "object Host \"\($0)\" {\n  import \"tisbackup-host\"\n}\n" }.joined()
    let result = try await icinga(text, ["hosts.conf": hosts]).verify()
    #expect(result.status == 0, "\(result.stdout)")
    #expect(instances("Service", result) == 9, "\(result.stdout)")
  }

  private func instances(_ type: String, _ result: ToolResult) -> Int {
    let match = result.stdout.firstMatch(of: #/Instantiated (\d+) (Service|Services)\./#)
    return match.flatMap { Int($0.1) } ?? 0
  }

  @Test("icinga2 daemon -C takes the user, and each of its variants")
  func variants() async throws {
    let user = try user()
    var files = ["user.conf": user]
    let variants = user.matches(of: #/(?m)((?:^ *\/\/ .*\n)+)/#).map { String($0.1) }
    #expect(variants.count == 4)
    for (index, variant) in variants.enumerated() {
      let lines = variant.replacing(#/(?m)^ *\/\/ /#, with: "  ")
      files["variant\(index).conf"] = user.replacing(variant, with: lines)
        .replacing("ApiUser \"tisbackup\"", with: "ApiUser \"variant\(index)\"")
    }
    let result = try await icinga("", files).verify()
    #expect(result.status == 0, "\(result.stdout)")
    #expect(result.stdout.contains("Instantiated 6 ApiUsers"), "\(result.stdout)")
  }

  @Test("a result holds for its ttl, then for check_interval; then the service is CRITICAL")
  func running() async throws {
    let server = try await PassiveNagiosTests.server("export_service = export-{section}")
    // Late tomorrow, but the exports of the database at once.
    let hosts = try await PassiveNagiosTests.generated(server, "icinga2")
      .replacing(
        #/(export-db1"\] = \{(?:\n.*?)*?tisbackup_freshness = )\d+/#, with: { "\($0.1)1" })
    let icinga = try icinga(hosts, ["user.conf": try user()])
    let (name, login) = ("web1.example.com!backup-web1", "tisbackup:hunter2")
    try await icinga.running {
      let never = try await icinga.result(of: "db1.example.com!export-db1") { _ in true }
      #expect(never.state == 2)
      #expect(never.output == "No export was reported in time, the last word: never")

      let taken = try await icinga.report(name, "TISBACKUP OK - web1", as: login)
      #expect(taken.contains("Successfully processed check result for object '\(name)'."))
      let told = try await icinga.result(of: name) { $0.state == 0 }
      #expect(told.output == "TISBACKUP OK - web1")
      _ = try await icinga.report(name, "TISBACKUP OK - web1", more: "\"ttl\": 1", as: login)
      let stale = try await icinga.result(of: name) { $0.state == 2 }
      #expect(
        stale.output.wholeMatch(
          of: #/No backup was reported in time, the last word: \d{4}-\d\d-\d\d \d\d:\d\d/#) != nil,
        "\(stale.output)")
      // Its own check has been the last word for some seconds, and still tells nobody else's.
      let later = try await icinga.result(of: "db1.example.com!export-db1") { _ in true }
      #expect(later.output == "No export was reported in time, the last word: never")
    }
  }

  @Test("the user can report and nothing else, and nobody is let in without a password")
  func permissions() async throws {
    let hosts = try await PassiveNagiosTests.generated(
      PassiveNagiosTests.server(""), "icinga2")
    let name = "web1.example.com!backup-web1"
    let unset = try text(shippedFile("icinga2/tisbackup-apiuser.conf"))
      .replacing("ApiUser \"tisbackup\"", with: "ApiUser \"unset\"")
    let start = try #require(unset.range(of: "  permissions = [ "))
    let narrow = String(unset[..<start.lowerBound])
      .replacing("ApiUser \"unset\"", with: "ApiUser \"narrow\"")
      .replacing("password = \"\"", with: "password = \"hunter2\"")
    let filter = try #require(
      unset.firstMatch(of: #/(?m)((?:^  \/\/ .*\n)*.*"tisbackup-passive" in(?:.*\n  \/\/.*)*\n)/#)?
        .1)
    let permissions = filter.replacing(#/(?m)^  \/\/ /#, with: "  ")
    let active =
      "object Service \"asked\" {\n  check_command = \"dummy\"\n"
      + "  host_name = \"web1.example.com\"\n}\n"
    let icinga = try icinga(
      hosts,
      [
        "user.conf": try user(), "unset.conf": unset, "asked.conf": active,
        "narrow.conf": narrow + permissions + "}\n",
      ])
    try await icinga.running {
      for login in ["unset:", "unset:x", "tisbackup:wrong"] {
        let answer = try await icinga.report(name, "x", as: login)
        #expect(answer.contains("Unauthorized"), "\(login): \(answer)")
      }
      let narrowed = try await icinga.report(name, "x", as: "narrow:hunter2")
      #expect(narrowed.contains("Successfully processed"), "\(narrowed)")
      let refused = try await icinga.report("web1.example.com!asked", "x", as: "narrow:hunter2")
      #expect(refused.contains("No objects found"), "\(refused)")
      let any = try await icinga.report("web1.example.com!asked", "x", as: "tisbackup:hunter2")
      #expect(any.contains("Successfully processed"), "\(any)")
    }
  }
}
