import BackupChecks
import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What `--generate` prints, from the ini alone.
@Suite("--generate")
struct GenerateTests {
  static let forms = MonitoringConfigurations.all.map { $0.name }

  private static let sample = """
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
    warning_backup_age = 26
    [web1-db]
    type = mysql+ssh
    server_name = WEB1.example.com
    private_key = /root/.ssh/id
    db_user = backup
    db_passwd = secret
    maximum_backup_age = 50
    [broken]
    type = rsinc
    [we;rd!name $HOST]
    type = rsync+ssh
    server_name = a b
    [own]
    type = rsync+ssh
    server_name = backup1
    remote_dir = /
    private_key = /root/.ssh/id
    [printer]
    type = null
    server_name = printer
    """

  private func site(hasHosts: Bool = false, path: String = Configuration.defaultPath) throws
    -> MonitoredSite
  {
    let configuration = try Configuration(
      document: INIDocument(parsing: Array(Self.sample.utf8), path: path))
    return MonitoredSite(
      configuration, sections: configuration.sections, backupServer: "backup1", hasHosts: hasHosts)
  }

  private func made(_ name: String, _ site: MonitoredSite) throws -> String {
    guard let form = MonitoringConfigurations.named(name) else {
      throw BackupError(.usage, "no such form")
    }
    return form.init().text(for: site)
  }

  @Test(
    "each form is what everybody agreed on", arguments: forms)
  func golden(_ name: String) throws {
    try expectGolden(made(name, site()), "generate.\(name).txt")
    try expectGolden(
      made(name, site(hasHosts: true, path: "/srv/it's ours.ini")),
      "generate.\(name).existing-hosts.txt")
  }

  @Test(
    "no form tells a secret, depends on the moment, or loses a section",
    arguments: forms)
  func contract(_ name: String) throws {
    let text = try made(name, site())
    #expect(try made(name, site()) == text)
    #expect(!text.contains("secret"))
    #expect(text.hasSuffix("\n"))
    for section in ["web1", "web1-db", "broken", "own"] { #expect(text.contains(section)) }
    #expect(text.contains(name == "names" ? "we;rd!name $HOST" : "we_rd_name__HOST"))
  }

  @Test(
    "--generate needs the ini and nothing else",
    arguments: [
      "nagios", "icinga2", "director", "nrpe", "names",
    ])
  func tool(_ name: String) async throws {
    let ini = NSTemporaryDirectory() + "tisbackup-generate-\(name).ini"
    try write(Self.sample, to: ini)
    defer { try? FileManager.default.removeItem(atPath: ini) }
    let result = try await TISBackupTestSupport.tool(
      "check_tisbackup", ["-f", ini, "--generate", name])
    #expect(result.status == 0 && result.stderr == "")
    #expect(result.stdout.contains("web1"))
    let one = try await TISBackupTestSupport.tool(
      "check_tisbackup", ["-f", ini, "--generate", name, "-s", "own"])
    #expect(!one.stdout.contains("web1"))
    let none = try await TISBackupTestSupport.tool(
      "check_tisbackup", ["-f", "/no/such.ini", "--generate", name])
    #expect(none.status == 3 && none.stdout.hasPrefix("TISBACKUP UNKNOWN - "))
  }

  @Test("a basket is JSON whose identifiers follow from names")
  func basket() throws {
    let text = DirectorBasket().text(for: try site())
    let document = try #require(try json(text) as? [String: Any])
    let sets = try #require(document["ServiceSet"] as? [String: [String: Any]])
    let services = try #require(
      sets["TISBackup of backup1"]?["services"] as? [String: [String: Any]])
    #expect(services.count == 6)
    let found = services.values.compactMap { $0["uuid"] as? String }
    #expect(Set(found).count == 6 && found.allSatisfy { UUID(uuidString: $0) != nil })
    #expect(services["backup-web1"]?["notes"] as? String == #"the "web" shop; costs $$5 \ <b>"#)
  }

  @Test(
    "names are made safe without two becoming one",
    arguments: [
      ("web1", "web1", "web1"), ("a b", "a_b", "a*b"), ("a;b", "a_b", "a*b"), ("é", "_", "*"),
      ("a,b", "a_b", "a*b"), ("$HOME", "_HOME", "*HOME"), ("a'b\"c`d", "a_b_c_d", "a*b*c*d"),
    ])
  func names(_ name: String, _ service: String, _ pattern: String) {
    #expect(SafeName.service(name) == service)
    #expect(SafeName.pattern(name) == pattern)
  }
}
