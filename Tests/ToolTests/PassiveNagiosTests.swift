import Foundation
import TISBackupTestSupport
import Testing

/// What a real Nagios 4 makes of services that are reported to it.
@Suite("Nagios 4 with reported services", .scratch)
struct PassiveNagiosTests {
  /// One of each kind, and names that strain every rule.
  static let inis = [
    "",
    "export_service = export-{section}\nsummary = {backup_host};tisbackup",
    "host = {backup_host}\nservice = {type} of {section}",
    "host = {server_name} #1 [é]\nservice = }{section} } @ : / - é 日本",
    "map_web1 = null;x\nmap_db1 = +plus;x\nmap_late = #host;}\nmap_broken = define host {;null",
    "map_web1 = x;\(String(repeating: "ä", count: 127))\nmap_db1 = a'b;c\nmap_late = off",
    "host = {hots}", "service = all", "ttl_margin = ever",
  ]

  static func server(_ monitoring: String) async throws -> OldServer {
    let server = try await NagiosTests.server()
    try write("[global]\n\(monitoring)\n", to: "\(server.folder)/tisbackup-monitoring.ini")
    return server
  }

  static func generated(_ server: OldServer, _ form: String, _ more: String...) async throws
    -> String
  {
    let result = try await tool(
      "check_tisbackup",
      ["-f", server.ini, "--generate", form, "--passive", "--backup-server", "backup1"] + more)
    #expect(result.status == 0 && result.stderr == "", "\(result.stdout)")
    return result.stdout
  }

  private func nagios(_ sections: String, _ more: [String: String] = [:]) throws -> NagiosServer {
    var objects = more
    for name in ["templates.cfg", "commands.cfg"] { objects[name] = try text(shippedFile(name)) }
    objects["sections.cfg"] = sections
    return try NagiosServer(
      in: ScratchDirectory.path, plugin: toolPath("check_tisbackup"), objects: objects,
      more: [
        "check_service_freshness=1", "service_freshness_check_interval=1",
        "additional_freshness_latency=0",
      ])
  }

  @Test("nagios4 -v takes what is generated, whatever the names are", arguments: inis)
  func verified(_ monitoring: String) async throws {
    let text = try await Self.generated(Self.server(monitoring), "nagios")
    // Where no name is left, Nagios would miss having anything to do.
    let result = try await nagios(
      text, ["other.cfg": NagiosServer.passiveObjects(["other/other"])]
    ).verify()
    #expect(result.status == 0, "\(result.stdout)\(text)")
    #expect(result.stdout.contains("Total Warnings: 0"), "\(result.stdout)\(text)")
    let count = text.split(separator: "\ndefine service {\n").count
    #expect(result.stdout.contains("Checked \(count) services."), "\(result.stdout)\(text)")
  }

  @Test("hosts that are defined elsewhere are left alone")
  func existingHosts() async throws {
    let text = try await Self.generated(
      Self.server("host = {server_name}.lan"), "nagios", "--existing-hosts")
    #expect(!text.contains("define host {"))
    let hosts = ["web1.example.com.lan", "db1.example.com.lan", "late.example.com.lan"].map {
      "define host {\n  use linux-server\n  host_name \($0)\n  address 127.0.0.1\n}\n"
    }.joined()
    let result = try await nagios(text, ["hosts.cfg": hosts]).verify()
    #expect(result.status == 0, "\(result.stdout)")
  }

  @Test("a running Nagios shows what is reported, and CRITICAL where nobody reports in time")
  func running() async throws {
    let server = try await Self.server("export_service = export-{section}")
    var sections = try await Self.generated(server, "nagios")
    // The database and the exports of web1 would be late tomorrow, and are at once.
    for service in ["backup-db1", "export-web1"] {
      let start = try #require(sections.range(of: "service_description  \(service)\n"))
      let number = try #require(
        sections.range(
          of: "freshness_threshold  [0-9]+", options: .regularExpression,
          range: start.upperBound..<sections.endIndex))
      sections.replaceSubrange(number, with: "freshness_threshold  1")
    }
    let nagios = try nagios(sections)
    try await nagios.start()
    defer { nagios.endSoon() }
    let now = Int(Date().timeIntervalSince1970)
    try report(
      "[\(now)] PROCESS_SERVICE_CHECK_RESULT;web1.example.com;backup-web1;1;TISBACKUP WARNING - late",
      to: nagios)
    let told = try await nagios.waitFor("web1.example.com/backup-web1")
    #expect(told["current_state"] == "1" && told["state_type"] == "1", "\(told)")
    #expect(told["plugin_output"] == "TISBACKUP WARNING - late")
    #expect(told["last_check"] == "\(now)")
    for (name, what, tool) in [
      ("db1.example.com/backup-db1", "backup", "run"),
      ("web1.example.com/export-web1", "export", "export"),
    ] {
      let stale = try await nagios.waitFor(name)
      #expect(stale["current_state"] == "2" && stale["state_type"] == "1", "\(stale)")
      #expect(
        stale["plugin_output"]
          == "CRITICAL: No \(what) was reported in time: does tisbackup-\(tool) still run, "
          + "and does it reach this server?")
    }
    // What is fresh was left alone, and what nobody has reported yet is not asked for.
    let services = try nagios.services()
    try await nagios.stop()
    #expect(services["web1.example.com/backup-web1"]?["current_state"] == "1")
    #expect(services["late.example.com/backup-late"]?["has_been_checked"] == "0")
  }

  private func report(_ line: String, to nagios: NagiosServer) throws {
    let pipe = try FileHandle(forWritingTo: URL(filePath: nagios.commandFile))
    try pipe.write(contentsOf: Data("\(line)\n".utf8))
    try pipe.close()
  }
}
