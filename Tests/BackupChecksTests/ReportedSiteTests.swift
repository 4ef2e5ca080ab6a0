import BackupChecks
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Which services are reported, under which names, and when they are stale.
@Suite("services that are reported")
struct ReportedSiteTests {
  private func site(_ sections: String, _ monitoring: String, backupHost: String = "backup1") throws
    -> ReportedSite
  {
    let configuration = try Configuration.parse(
      """
      [global]
      backup_base_dir = /backup
      backup_retention_time = 30
      \(sections)
      """)
    let settings = MonitoringSettings(
      document: INIDocument(parsing: Array("[global]\n\(monitoring)\n".utf8), path: "m.ini"))
    return ReportedSite(
      MonitoredSite(
        configuration, sections: configuration.sections, backupServer: backupHost),
      of: configuration, announcedBy: settings, backupHost: backupHost)
  }

  private func section(_ name: String, _ more: String = "maximum_backup_age = 30") -> String {
    """
    [\(name)]
    type = rsync+ssh
    server_name = \(name).example.com
    remote_dir = /
    private_key = /root/.ssh/id
    \(more)

    """
  }

  @Test(
    "a result is stale when its section is late and the margin is over",
    arguments: [
      ("maximum_backup_age = 30", "", 115_200, 115_200),
      ("maximum_backup_age = 30", "ttl_margin = 90m", 113_400, 113_400),
      ("maximum_backup_age = 30\nmaximum_export_age = 8d", "ttl_margin = 0", 108_000, 691_200),
      ("maximum_backup_age = 1000000", "", 2_147_483_647, 2_147_483_647),
      ("maximum_backup_age = 30", "ttl_margin = 999999999w", 2_147_483_647, 2_147_483_647),
      ("maximum_backup_age = never", "", nil, nil),
    ])
  func freshness(_ ages: String, _ margin: String, _ backup: Int?, _ export: Int?) throws {
    let site = try site(section("a", ages), "export_service = export-{section}\n\(margin)")
    #expect(site.services.map(\.freshness) == [backup, export])
  }

  @Test("the whole is stale as soon as the first of its sections would be")
  func summary() throws {
    let sections =
      section("a", "maximum_backup_age = 50") + section("b", "maximum_backup_age = 26")
      + section("c", "maximum_backup_age = x")
      + "[n]\ntype = null\nserver_name = n\nmaximum_backup_age = 1\n"
    let site = try site(sections, "summary = {backup_host};all\nmap_b = off")
    #expect(site.services.first?.name == AnnouncedName(host: "backup1", service: "all"))
    #expect(site.services.first?.freshness == 28 * 3600)
    #expect(site.services.count == 3)
  }

  @Test(
    "a host is the one that is announced, letter by letter, and its address that of the machine")
  func hosts() throws {
    let sections = section("a") + section("b") + section("c") + section("d")
    let site = try site(
      sections,
      """
      map_a = Web;x
      map_b = backup1;b
      map_c = web;x
      map_d = web;y
      export_service = export-{section}
      export_map_a = nas;a
      """)
    #expect(
      site.hosts.map(\.name) == [
        "Web", "nas", "backup1", "b.example.com", "web", "c.example.com", "d.example.com",
      ])
    let addresses = Dictionary(uniqueKeysWithValues: site.hosts.map { ($0.name, $0.address) })
    #expect(addresses["Web"] == "a.example.com")
    #expect(addresses["nas"] == "nas")
    // The backup server is itself, and a host of two machines neither of them.
    #expect(addresses["backup1"] == "backup1")
    #expect(addresses["web"] == "web")
  }

  @Test(
    "what cannot be reported is told, and why",
    arguments: [
      (
        "host = h\nservice = all",
        "UNKNOWN until it is mended: m.ini:3: b and a are announced to one"
      ),
      ("host = {hots}", "UNKNOWN until it is mended: m.ini:2: [global] key 'host': '{hots}' has"),
      ("map_b = nonsense", "UNKNOWN until it is mended: m.ini:2: [global] key 'map_b': 'nonsense'"),
      ("map_b = a'b;c", "UNKNOWN until it is mended: m.ini:2: b cannot be announced: the host 'a'"),
      (
        "ttl_margin = long",
        "A default holds until it is mended: m.ini:2: [global] key 'ttl_margin'"
      ),
      ("map_b = OFF", "b is not reported: it is 'off'."),
    ])
  func remarks(_ line: String, _ says: String) throws {
    let site = try site(section("a") + section("b"), line)
    let remarks = site.entries.compactMap(\.remark)
    #expect(remarks.contains { $0.hasPrefix(says) }, "\(remarks)")
    #expect(Set(remarks).count == remarks.count)
  }
}
