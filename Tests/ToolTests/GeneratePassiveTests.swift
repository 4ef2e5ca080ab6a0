import BackupChecks
import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What `--generate --passive` prints, from the two ini files alone.
@Suite("--generate --passive")
struct GeneratePassiveTests {
  static let forms = MonitoringConfigurations.all.filter { $0.passive != nil }.map { $0.name }

  /// One of each: two sections of a machine, exports of their own age, silence, names that cannot be.
  static let sample = """
    [global]
    backup_base_dir = /backup/data
    backup_retention_time = 30
    maximum_backup_age = 30
    [web1]
    type = rsync+ssh
    server_name = web1.example.com
    description = the "web" shop; costs $5 \\ <b>
    remote_dir = /
    private_key = /root/.ssh/id
    maximum_export_age = 8d
    [web1-db]
    type = mysql+ssh
    server_name = web1.example.com
    private_key = /root/.ssh/id
    db_user = backup
    db_passwd = secret
    maximum_backup_age = 24
    [broken]
    type = rsinc
    server_name = broken.example.com
    [twin]
    type = rsync+ssh
    server_name = web1.example.com
    remote_dir = /
    private_key = /root/.ssh/id
    [strange]
    type = rsync+ssh
    server_name = a;b
    remote_dir = /
    private_key = /root/.ssh/id
    [quiet]
    type = rsync+ssh
    server_name = quiet.example.com
    remote_dir = /
    private_key = /root/.ssh/id
    [printer]
    type = null
    server_name = printer
    """

  static let monitoring = """
    [global]
    export_service = export-{section}
    summary = {backup_host};tisbackup
    map_quiet = off
    export_map_quiet = nas.example.com;copies of quiet
    map_twin = web1.example.com;backup-web1
    ttl_margin = 90m
    timeout = soon
    [icinga]
    type = nagios_pipe
    path = /run/nagios.cmd
    """

  private func site(hasHosts: Bool = false, isBare: Bool = false) throws -> ReportedSite {
    let path = hasHosts ? "/srv/it's ours.ini" : Configuration.defaultPath
    let configuration = try Configuration(
      document: INIDocument(parsing: Array(Self.sample.utf8), path: path))
    let settings = MonitoringSettings(
      document: INIDocument(
        parsing: Array(Self.monitoring.utf8), path: "/etc/tis/tisbackup-monitoring.ini"))
    return ReportedSite(
      MonitoredSite(
        configuration, sections: configuration.sections, backupServer: "backup1",
        hasHosts: hasHosts),
      of: configuration, announcedBy: isBare ? nil : settings, isChosen: hasHosts,
      backupHost: "backup1")
  }

  private func made(_ name: String, _ site: ReportedSite) throws -> String {
    try #require(MonitoringConfigurations.named(name)?.passive).init().text(for: site)
  }

  @Test("each form is what everybody agreed on", arguments: forms)
  func golden(_ name: String) throws {
    try expectGolden(made(name, site()), "generate.passive.\(name).txt")
    try expectGolden(
      made(name, site(hasHosts: true)), "generate.passive.\(name).existing-hosts.txt")
    try expectGolden(made(name, site(isBare: true)), "generate.passive.\(name).no-ini.txt")
  }

  @Test(
    "no form tells a secret, depends on the moment, or asks for anything", arguments: forms)
  func contract(_ name: String) throws {
    let text = try made(name, site())
    #expect(try made(name, site()) == text)
    #expect(!text.contains("secret"))
    #expect(text.hasSuffix("\n"))
    #expect(!text.contains("check_command"))
    #expect(!text.contains("tisbackup-catalog"))
    for section in ["web1", "web1-db", "broken", "twin", "strange", "quiet", "printer"] {
      #expect(text.contains(section))
    }
    // 30 h, the eight days of the exports, the 24 h of the database and of the whole, 90 min more.
    for seconds in [113_400, 696_600, 91_800] { #expect(text.contains("\(seconds)")) }
  }

  /// The two ini files in a folder of their own, the second named `beside`.
  private func files(_ beside: String?, more: String = "") throws -> String {
    let folder = ScratchDirectory.path
    let ini = "\(folder)/tisbackup-config.ini"
    let text = Self.sample.replacing("[web1]\n", with: "\(more)\n[web1]\n", maxReplacements: 1)
    try write(text, to: ini)
    if let beside { try write(Self.monitoring, to: "\(folder)/\(beside)") }
    return ini
  }

  private func generate(_ ini: String, _ more: String...) async throws -> ToolResult {
    try await tool(
      "check_tisbackup",
      ["-f", ini, "--generate", "nagios", "--passive", "--backup-server", "b1"] + more)
  }

  @Test("the monitoring ini is that of the option, of [global], or beside the ini", .scratch)
  func places() async throws {
    let folder = ScratchDirectory.path
    let beside = try await generate(try files("tisbackup-monitoring.ini"))
    #expect(beside.status == 0 && beside.stderr == "")
    #expect(beside.stdout.contains("export-web1"))
    #expect(!beside.stdout.contains("--monitoring"))
    try FileManager.default.moveItem(
      atPath: "\(folder)/tisbackup-monitoring.ini", toPath: "\(folder)/other.ini")
    let without = try await generate(try files(nil))
    #expect(without.stdout.contains("backup-web1") && !without.stdout.contains("export-web1"))
    #expect(without.stdout.contains("and no monitoring ini."))
    let named = try await generate(try files(nil, more: "monitoring_config = \(folder)/other.ini"))
    #expect(named.stdout.contains("export-web1"))
    let chosen = try await generate(try files(nil), "--monitoring", "\(folder)/other.ini")
    #expect(chosen.stdout.contains("--passive --monitoring \(folder)/other.ini\n"))
    #expect(chosen.stdout.contains("export-web1"))
  }

  @Test("sections are chosen as ever, and the whole stays the whole", .scratch)
  func chosen() async throws {
    let result = try await generate(try files("tisbackup-monitoring.ini"), "-s", "web1,twin")
    #expect(result.stdout.contains("service_description  tisbackup\n"))
    #expect(result.stdout.contains("freshness_threshold  91800"))
    #expect(!result.stdout.contains("web1-db"))
    // Who has the name is decided among all sections, chosen or not.
    #expect(result.stdout.contains("twin and web1 are announced to one service"))
    let twin = try await generate(try files("tisbackup-monitoring.ini"), "-s", "twin")
    #expect(twin.stdout.contains("twin and web1 are announced to one service"))
  }

  @Test("a monitoring ini that cannot be read is UNKNOWN, with the cure", .scratch)
  func unreadable() async throws {
    let ini = try files(nil)
    let missing = try await generate(ini, "--monitoring", "/no/such.ini")
    #expect(missing.status == 3 && missing.stdout.contains("Name it with --monitoring FILE"))
    _ = try files("tisbackup-monitoring.ini")
    // Root reads anything, and becomes nobody; anybody else is shut out by the mode alone.
    let isRoot = getuid() == 0
    for (name, mode) in [
      ("", 0o755), ("/tisbackup-config.ini", 0o644),
      ("/tisbackup-monitoring.ini", isRoot ? 0o600 : 0),
    ] {
      try FileManager.default.setAttributes(
        [.posixPermissions: mode], ofItemAtPath: ScratchDirectory.path + name)
    }
    let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    let refused = try await program(
      (isRoot ? nobody : []) + [
        toolPath("check_tisbackup"), "-f", ini, "--generate", "nagios", "--passive",
      ])
    #expect(refused.status == 3, "\(refused)")
    #expect(refused.stdout.contains("Permission denied; Run as root"), "\(refused.stdout)")
  }

  @Test(
    "what makes no sense is refused with the way out",
    arguments: [
      (["--passive"], "belong to --generate: give it, too"),
      (["--monitoring", "x"], "belong to --generate: give it, too"),
      (["--generate", "nagios", "--monitoring", "x"], "give --passive, too"),
      (["--generate", "nrpe", "--passive"], "--passive is for nagios, icinga2, director: "),
      (["--generate", "names", "--passive"], "--generate names prints nothing that is reported"),
    ])
  func refused(_ words: [String], _ says: String) async throws {
    let result = try await tool("check_tisbackup", words)
    #expect(result.status == 3 && result.stderr == "")
    #expect(result.stdout.hasPrefix("TISBACKUP UNKNOWN - ") && result.stdout.contains(says))
  }

  @Test("a basket has a set for each host, and says in words what is left out")
  func basket() throws {
    let document = try #require(try json(made("director", site())) as? [String: Any])
    let sets = try #require(document["ServiceSet"] as? [String: [String: Any]])
    let hosts = ["backup1", "web1.example.com", "broken.example.com", "nas.example.com"]
    #expect(Set(sets.keys) == Set(hosts.map { "TISBackup reports of \($0)" }))
    let services = sets.values.compactMap { $0["services"] as? [String: [String: Any]] }
    #expect(services.map(\.count).sorted() == [1, 1, 2, 5])
    let found = services.flatMap(\.values).compactMap { $0["uuid"] as? String }
    #expect(Set(found).count == 9 && found.allSatisfy { UUID(uuidString: $0) != nil })
    let said = sets["TISBackup reports of backup1"]?["description"] as? String ?? ""
    #expect(said.contains("quiet is not reported: it is 'off'."))
    #expect(said.contains("UNKNOWN until it is mended: "))
  }
}
