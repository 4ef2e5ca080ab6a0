import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("the monitoring ini", .scratch)
struct MonitoringSettingsTests {
  private static let target = "[local]\ntype = nagios_pipe\npath = /run/nagios.cmd\n"

  static func settings(_ text: String) -> MonitoringSettings {
    MonitoringSettings(
      document: INIDocument(parsing: Array(text.utf8), path: "tisbackup-monitoring.ini"))
  }

  /// Sections of a backup ini: `web1` with a server, `db1` without, and a `printer` without backups.
  static func sections() throws -> [Section] {
    try Configuration.parse(
      """
      [global]
      backup_base_dir = /backup
      backup_retention_time = 30
      maximum_backup_age = 30
      [web1]
      type = rsync
      server_name = web1.example.com
      [DB1]
      type = rsync
      [printer]
      type = null
      server_name = printer

      """
    ).sections
  }

  private func name(_ subject: AnnouncedSubject, _ globals: String) throws -> String? {
    let settings = Self.settings("[global]\n\(globals)\n\(Self.target)")
    let section = try Self.sections().first { $0.name == subject.section }
    return settings.name(of: subject, section: section, backupHost: "backup1")?.description
  }

  @Test("has defaults for all but its targets")
  func defaults() throws {
    let settings = Self.settings(Self.target)
    #expect(settings.problems == [])
    #expect(settings.timeout == 10 && settings.ttlMargin == 7200)
    #expect(!settings.announcesExports && !settings.announcesSummary)
    #expect(settings.targets.map(\.name) == ["local"])
    #expect(try settings.subjects(of: Self.sections()).map(\.description) == ["web1", "DB1"])
  }

  @Test(
    "has spans with and without units",
    arguments: [
      ("timeout = 30\nttl_margin = 6", 30, 21_600), ("timeout = 2m\nttl_margin = 90m", 120, 5400),
      ("timeout = soon\nttl_margin = x", 10, 7200),
    ])
  func spans(_ globals: String, _ timeout: Int, _ margin: Int) {
    let settings = Self.settings("[global]\n\(globals)\n\(Self.target)")
    #expect(settings.timeout == timeout && settings.ttlMargin == margin)
  }

  @Test(
    "names the services of backups",
    arguments: [
      ("", "web1.example.com!backup-web1"),
      ("host = {backup_host}\nservice = {type}: {section}", "backup1!rsync: web1"),
      ("map_web1 = www;daily", "www!daily"), ("map_WEB1 = www; daily ", "www!daily"),
      ("map_web1 = {backup_host};{server_name}", "backup1!web1.example.com"),
      ("map_web1 = off", nil), ("map_web1 = Off", nil),
      ("map_web1 =", "web1.example.com!backup-web1"),
      ("service = off", nil), ("host = off", nil),
      ("export_map_web1 = a;b", "web1.example.com!backup-web1"),
    ] as [(String, String?)])
  func backups(_ globals: String, _ wanted: String?) throws {
    #expect(try name(AnnouncedSubject(.backup, "web1"), globals) == wanted)
  }

  @Test("names the services of sections without a server, in upper case, and gone, after this host")
  func others() throws {
    #expect(try name(AnnouncedSubject(.backup, "DB1"), "") == "backup1!backup-DB1")
    #expect(try name(AnnouncedSubject(.backup, "DB1"), "map_db1 = d;b") == "d!b")
    #expect(try name(AnnouncedSubject(.backup, "gone"), "") == "backup1!backup-gone")
  }

  @Test(
    "names the services of exports only where they are announced",
    arguments: [
      ("", nil), ("export_service = export-{section}", "web1.example.com!export-web1"),
      ("export_service = off", nil), ("export_service = e\nexport_map_web1 = a;b", "a!b"),
      ("export_service = e\nexport_map_web1 = off", nil),
      ("export_service = e\nmap_web1 = off", "web1.example.com!e"),
      ("export_map_web1 = a;b", "a!b"), ("export_map_db1 = a;b", nil),
    ] as [(String, String?)])
  func exports(_ globals: String, _ wanted: String?) throws {
    #expect(try name(AnnouncedSubject(.export, "web1"), globals) == wanted)
  }

  @Test(
    "names the service of all sections only where it is announced",
    arguments: [
      ("", nil), ("summary = {backup_host};tisbackup", "backup1!tisbackup"), ("summary = off", nil),
      ("summary = mon; all", "mon!all"),
    ] as [(String, String?)])
  func summary(_ globals: String, _ wanted: String?) throws {
    #expect(try name(.summary, globals) == wanted)
  }

  @Test("tells the place of each name")
  func places() {
    let settings = Self.settings(
      "[global]\nservice = a-{section}\nmap_web1 = b;c\nsummary = d;e\n" + Self.target)
    let place = { settings.place(of: $0).replacing("tisbackup-monitoring.ini:", with: "") }
    #expect(place(AnnouncedSubject(.backup, "web1")) == "3")
    #expect(place(AnnouncedSubject(.backup, "db1")) == "2")
    #expect(place(AnnouncedSubject(.export, "web1")) == "1")
    #expect(place(.summary) == "4")
  }

  @Test("announces exports and the whole beside the backups where it is told to")
  func subjects() throws {
    let settings = Self.settings(
      "[global]\nexport_service = export-{section}\nsummary = a;b\n" + Self.target)
    #expect(
      try settings.subjects(of: Self.sections()).map(\.description)
        == ["web1", "DB1", "export of web1", "export of DB1", "summary"])
  }

  @Test("is the one that is named, then the one of the backup ini, then the one beside that")
  func path() throws {
    let folder = ScratchDirectory.path
    let ini = try write("[global]\nbackup_base_dir = /backup\n", to: "\(folder)/tisbackup.ini")
    let configuration = try Configuration(path: ini)
    #expect(MonitoringSettings.path(chosen: nil, for: configuration) == nil)
    let beside = try write(Self.target, to: "\(folder)/tisbackup-monitoring.ini")
    #expect(MonitoringSettings.path(chosen: nil, for: configuration) == beside)
    var named = configuration
    named.globals["monitoring_config"] = .init("/etc/other.ini", line: 3)
    #expect(MonitoringSettings.path(chosen: nil, for: named) == "/etc/other.ini")
    #expect(MonitoringSettings.path(chosen: "mine.ini", for: named) == "mine.ini")
  }

  @Test("that cannot be read says how to name it")
  func unreadable() {
    let path = "\(ScratchDirectory.path)/nosuch.ini"
    let error = #expect(throws: BackupError.self) { try MonitoringSettings(path: path) }
    #expect(error?.code == .configuration)
    #expect(
      error?.message.text
        == "cannot use the monitoring configuration: cannot read '\(path)': No such file or directory"
    )
    #expect(error?.hint?.text.contains("--monitoring FILE") == true)
  }

  @Test("with a secret in it is its owner's alone", arguments: [0o600, 0o400, 0o640, 0o604, 0o666])
  func mode(_ mode: Int) throws {
    let path = "\(ScratchDirectory.path)/mon.ini"
    let head = "[web]\ntype = nrdp\nurl = https://n/nrdp/\n"
    try write(head + "token = s3cret\n", to: path, mode: mode)
    let problems = try MonitoringSettings(path: path).problems.map(\.description)
    #expect(
      problems
        == (mode & 0o077 == 0
          ? []
          : [
            "\(path): holds 'token' of [web] and others than its owner may read it; "
              + "Run 'chmod 600 \(path)', or name a file with 'token_file'."
          ]))
    try FileManager.default.removeItem(atPath: path)
    try write(head + "token_file = /etc/token\n", to: path, mode: mode)
    #expect(try MonitoringSettings(path: path).problems == [])
  }
}
