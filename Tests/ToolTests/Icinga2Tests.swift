import Foundation
import TISBackupTestSupport
import Testing

/// What a real Icinga 2 makes of our files, and of what the plugin says.
@Suite("Icinga 2", .scratch)
struct Icinga2Tests {
  private func shipped() throws -> [String: String] {
    try Dictionary(
      uniqueKeysWithValues: ["tisbackup-command.conf", "tisbackup-services.conf"].map {
        ($0, try text(shippedFile("icinga2/\($0)")))
      })
  }

  private func generated(_ server: OldServer, _ more: String...) async throws -> String {
    let result = try await tool(
      "check_tisbackup",
      ["-f", server.ini, "--generate", "icinga2", "--backup-server", "backup1"] + more)
    #expect(result.status == 0 && result.stderr == "", "\(result.stdout)")
    return result.stdout
  }

  private func icinga(_ files: [String: String]) throws -> Icinga2Server {
    try Icinga2Server(
      in: ScratchDirectory.path, plugin: toolPath("check_tisbackup"), files: files)
  }

  @Test(
    "icinga2 daemon -C takes what is shipped and generated, in both forms",
    arguments: [
      [], ["--existing-hosts"],
    ])
  func verified(_ more: [String]) async throws {
    let server = try await NagiosTests.server()
    var files = try shipped()
    let result = try await tool(
      "check_tisbackup",
      ["-f", server.ini, "--generate", "icinga2", "--backup-server", "backup1"] + more)
    files["tisbackup-hosts.conf"] = result.stdout
    if !more.isEmpty {
      files["hosts.conf"] = ["backup1", "web1.example.com", "db1.example.com", "late.example.com"]
        .map { "object Host \"\($0)\" {\n  import \"tisbackup-host\"\n}\n" }.joined()
    }
    let verified = try await icinga(files).verify()
    #expect(verified.status == 0, "\(verified.stdout)")
    // A rule that applies to nothing is a recipe that is not used.
    let warnings = verified.stdout.split(separator: "\n").filter {
      $0.contains("warning/") && !$0.contains("does not match anywhere")
    }
    #expect(warnings == [])
    #expect(verified.stdout.contains("Instantiated 4 Dependencies"), "\(verified.stdout)")
    #expect(verified.stdout.contains("Instantiated 6 Services"), "\(verified.stdout)")
  }

  @Test("names and descriptions of any kind are loaded, too")
  func hostile() async throws {
    let server = try await OldServer.make(
      #"""
      \#(OldServer.section("web1", #"description = "}; object Host \ $host.name$ {{ }} */ é"#))
      [we"rd!name]
      type=rsync
      server_name=a"b
      """#)
    var files = try shipped()
    files["tisbackup-hosts.conf"] = try await generated(server)
    let verified = try await icinga(files).verify()
    #expect(verified.status == 0, "\(verified.stdout)\(files["tisbackup-hosts.conf"] ?? "")")
  }

  @Test("a running Icinga shows state, text and the figures with their thresholds")
  func running() async throws {
    let server = try await NagiosTests.server()
    var files = try shipped()
    files["tisbackup-hosts.conf"] = try await generated(server)
    // At once, and not within the half hour of the template.
    files["tisbackup-services.conf"]?.replace("check_interval = 30m", with: "check_interval = 1s")
    files["more.conf"] = """
      object Host "db2" {
        import "tisbackup-host"
        vars.tisbackup_hostname = "db1.example.com"
        vars.tisbackup_config = "\(server.ini)"
      }
      object Host "web2" {
        import "tisbackup-host"
        vars.tisbackup_config = "\(server.ini)"
        vars.tisbackup_sections["web1"] = {
          tisbackup_warning = "3h"
          tisbackup_warning_size_change = "-30:"
          tisbackup_exclude = [ "x*", "y*" ]
          tisbackup_verbose = true
        }
        vars.tisbackup_sections["db1"] = { disabled = true }
        vars.tisbackup_reports = true
      }

      """
    let services = try await icinga(files).checkAll(9)
    let expected: [String: (Double, String)] = [
      "backup1!tisbackup": (2, "TISBACKUP CRITICAL - 1 of 4 sections: late"),
      "backup1!tisbackup-catalog": (0, "TISBACKUP CRITICAL - 1 of 4 sections: late"),
      "web1.example.com!backup-web1": (0, "TISBACKUP OK - web1: last OK 21h 5"),
      "db1.example.com!backup-db1": (0, "TISBACKUP OK - db1: last OK 1d 15h ago (limit 50h)"),
      "late.example.com!backup-late": (2, "TISBACKUP CRITICAL - late: last OK 2d 11h ago"),
      "web1.example.com!backup-broken": (3, "TISBACKUP UNKNOWN - broken: "),
      "db2!backup": (0, "TISBACKUP OK - db1: last OK 1d 15h ago (limit 50h)"),
      "web2!backup-web1": (1, "TISBACKUP WARNING - web1: last OK 21h 5"),
      "web2!tisbackup-outbox": (3, "TISBACKUP UNKNOWN - no monitoring server is known"),
    ]
    #expect(Set(services.keys) == Set(expected.keys))
    for (name, answer) in expected {
      let result = try #require(services[name]?.result)
      #expect(result.state == answer.0, "\(name)")
      #expect(result.output.hasPrefix(answer.1), "\(result.output)")
      #expect(!result.output.contains("|"))
    }
    try figures(#require(services["web1.example.com!backup-web1"]?.figures))
    #expect(services["web1.example.com!backup-web1"]?.notes == "the \"web\"; $5 <b>")
    #expect(services["web2!backup-web1"]?.result?.output.contains("\\_ [WARNING] web1") == true)
  }

  /// Each with the thresholds of the ini, in base units.
  private func figures(_ figures: [Icinga2Server.Figure]) throws {
    let found = Dictionary(uniqueKeysWithValues: figures.map { ($0.label, $0) })
    #expect(
      Set(found.keys) == [
        "web1_age", "web1_size", "web1_written", "web1_duration", "web1_failures", "web1_copies",
        "web1_running",
      ])
    let age = try #require(found["web1_age"])
    #expect((78_000...80_000).contains(age.value) && age.unit == "seconds")
    #expect(age.warn == 93_600 && age.crit == 108_000)
    #expect(found["web1_size"]?.value == 1000 && found["web1_size"]?.unit == "bytes")
    #expect(found["web1_copies"]?.value == 1)
  }
}
