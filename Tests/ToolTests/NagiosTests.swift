import Foundation
import TISBackupTestSupport
import Testing

/// What a real Nagios 4 makes of our files, and of what the plugin says.
@Suite("Nagios 4", .scratch)
struct NagiosTests {
  private static let sample = """
    \(OldServer.section("web1", "warning_backup_age=26\ndescription=the \"web\"; $5 <b>"))
    \(OldServer.section("db1", "maximum_backup_age=50"))
    \(OldServer.section("late"))
    [broken]
    type=rsinc
    server_name=web1.example.com
    [printer]
    type=null
    server_name=printer
    """

  static func server() async throws -> OldServer {
    let server = try await OldServer.make(sample)
    try await server.add(.init(section: "web1", ago: 22))
    try await server.add(.init(section: "db1", ago: 40))
    try await server.add(.init(section: "late", ago: 60))
    _ = try await program(["chmod", "-R", "a+rX", server.folder])
    return server
  }

  private func shipped(_ names: String...) throws -> [String: String] {
    try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try text(shippedFile($0))) })
  }

  private func generated(_ server: OldServer, _ more: String...) async throws -> String {
    let result = try await tool(
      "check_tisbackup",
      ["-f", server.ini, "--generate", "nagios", "--backup-server", "backup1"] + more)
    #expect(result.status == 0 && result.stderr == "", "\(result.stdout)")
    return result.stdout
  }

  private func nagios(_ objects: [String: String]) throws -> NagiosServer {
    try NagiosServer(
      in: ScratchDirectory.path, plugin: toolPath("check_tisbackup"), objects: objects)
  }

  @Test(
    "nagios4 -v takes what is shipped, without a warning",
    arguments: [
      "commands.cfg", "commands-nrpe.cfg",
    ])
  func shippedFiles(_ commands: String) async throws {
    let result = try await nagios(
      shipped("templates.cfg", "services.cfg", commands)
    ).verify()
    #expect(result.status == 0, "\(result.stdout)")
    #expect(result.stdout.contains("Total Warnings: 0"), "\(result.stdout)")
    #expect(result.stdout.contains("Total Errors:   0"))
  }

  @Test(
    "nagios4 -v takes what is generated, without a warning",
    arguments: [
      "commands.cfg", "commands-nrpe.cfg",
    ])
  func generatedFiles(_ commands: String) async throws {
    var objects = try shipped("templates.cfg", commands)
    objects["sections.cfg"] = try await generated(Self.server())
    let result = try await nagios(objects).verify()
    #expect(result.status == 0, "\(result.stdout)")
    #expect(result.stdout.contains("Total Warnings: 0"), "\(result.stdout)")
    #expect(result.stdout.contains("Checked 6 services."), "\(result.stdout)")
  }

  @Test("names and descriptions of any kind are loaded, too")
  func hostile() async throws {
    let server = try await OldServer.make(
      """
      \(OldServer.section("web1", "description = }; define host { \\ ! $USER1$ ' \" <i> é"))
      [we;rd!name $HOSTNAME$]
      type=rsync
      server_name=a;b
      [spaces and 'quotes']
      type=rsync
      """)
    var objects = try shipped("templates.cfg", "commands.cfg")
    objects["sections.cfg"] = try await generated(server)
    let result = try await nagios(objects).verify()
    #expect(result.status == 0, "\(result.stdout)\(objects["sections.cfg"] ?? "")")
    #expect(result.stdout.contains("Total Warnings: 0"), "\(result.stdout)")
  }

  @Test("hosts that are defined elsewhere are left alone")
  func existingHosts() async throws {
    let server = try await Self.server()
    var objects = try shipped("templates.cfg", "commands.cfg")
    objects["sections.cfg"] = try await generated(server, "--existing-hosts")
    #expect(objects["sections.cfg"]?.contains("define host {") == false)
    objects["hosts.cfg"] =
      ["backup1", "web1.example.com", "db1.example.com", "late.example.com"].map {
        "define host {\n  use linux-server\n  host_name \($0)\n  address 127.0.0.1\n}\n"
      }.joined()
    let result = try await nagios(objects).verify()
    #expect(result.status == 0, "\(result.stdout)")
  }

  @Test("a running Nagios shows state, text and every figure that the plugin told it")
  func running() async throws {
    let server = try await Self.server()
    var objects = try shipped("templates.cfg", "commands.cfg")
    objects["sections.cfg"] = try await generated(server)
    let services = try await nagios(objects).checkAll(6)
    let expected = [
      "backup1/tisbackup": ("2", "TISBACKUP CRITICAL - 1 of 4 sections: late"),
      "backup1/tisbackup-catalog": ("0", "TISBACKUP CRITICAL"),
      "web1.example.com/backup-web1": ("0", "TISBACKUP OK - web1: last OK 21h 5"),
      "db1.example.com/backup-db1": ("0", "TISBACKUP OK - db1: last OK 1d 15h ago (limit 50h)"),
      "late.example.com/backup-late": ("2", "TISBACKUP CRITICAL - late: last OK 2d 11h ago"),
      "web1.example.com/backup-broken": ("3", "TISBACKUP UNKNOWN - broken: "),
    ]
    #expect(Set(services.keys) == Set(expected.keys))
    for (name, answer) in expected {
      let service = try #require(services[name])
      #expect(service["current_state"] == answer.0, "\(name)")
      #expect(service["plugin_output"]?.hasPrefix(answer.1) == true, "\(service)")
    }
    try await compare(services["backup1/tisbackup"], with: server.check())
    try await compare(
      services["web1.example.com/backup-web1"],
      with: server.check("-s", "web1", "-w", "26h", "-c", "30h"))
  }

  /// Every figure and every line must have arrived; ages are those of another second.
  private func compare(_ service: [String: String]?, with result: ToolResult) async throws {
    let service = try #require(service)
    let lines = result.stdout.split(separator: "\n")
    let figures = try #require(lines.first?.split(separator: "|").last)
    func series(_ text: some StringProtocol) -> [String] {
      text.split(separator: " ").map { token in
        let parts = token.split(separator: "=")
        let value = parts.last?.split(separator: ";", maxSplits: 1).last ?? ""
        return parts[0].hasSuffix("age'") || parts[0].contains("free")
          ? "\(parts[0])=…;\(value)" : String(token)
      }
    }
    #expect(series(service["performance_data"] ?? "") == series(figures))
    let long = service["long_plugin_output"] ?? ""
    for line in lines.dropFirst() {
      let name = line.split(separator: " ")[2]
      #expect(long.contains(name), "\(long)")
    }
  }
}
