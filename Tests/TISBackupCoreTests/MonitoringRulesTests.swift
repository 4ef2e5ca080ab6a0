import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("what is wrong with a monitoring ini")
struct MonitoringRulesTests {
  private static let target = "[local]\ntype = nagios_pipe\npath = /run/nagios.cmd\n"

  private static func told(_ problems: [ConfigurationProblem]) -> [String] {
    problems.map { problem in
      "\(problem.severity) "
        + problem.description.replacing("tisbackup-monitoring.ini", with: "ini")
    }
  }

  @Test(
    "is told with its place and its cure",
    arguments: [
      (target, []),
      (
        "",
        [
          "warning ini: has no target, so nothing is announced; Add one: [icinga] with type = icinga2 and url, user, password_file."
        ]
      ),
      (
        "[a]\npath = /x\n",
        [
          "error ini:1: section [a]: needs the key 'type'; Use one of icinga2, nsca, nagios_pipe, checkresults, nrdp, command."
        ]
      ),
      (
        "[a]\ntype = ncsa\nserver = web1\n",
        [
          "error ini:2: section [a]: asks for the unknown type 'ncsa'; Did you mean 'nsca'? Use one of icinga2, nsca, nagios_pipe, checkresults, nrdp, command."
        ]
      ),
      (
        "[a]\ntype = nagios_pipe\n",
        [
          "error ini:1: section [a]: needs the key 'path'; Add 'path = ...': its command_file: /var/lib/nagios4/rw/nagios.cmd."
        ]
      ),
      (
        "[a]\ntype = nagios_pipe\npath = nagios.cmd\nuser = x\npaht = /x\n",
        [
          "error ini:3: section [a]: key 'path': 'nagios.cmd' is not an absolute path; Begin it with '/'.",
          "warning ini:4: section [a]: unknown key 'user'; Remove it, or use one of path, type.",
          "warning ini:5: section [a]: unknown key 'paht'; Did you mean 'path'?",
        ]
      ),
      (
        "[a/b]\ntype = nagios_pipe\npath = /x\n",
        [
          "error ini:1: section [a/b]: is not a name for a target; Use letters, digits, '_', '-' and '.', not beginning with a dot."
        ]
      ),
      (
        "[a]\ntype = nsca\nserver = web1\nmethod = 7\nport = 0\npacket = 1024\nreject_wait_ms = 1s\n",
        [
          "error ini:4: section [a]: key 'method': '7' is unknown; Write one of 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 14, 15, 16, 20, 23, 26.",
          "error ini:5: section [a]: key 'port': '0' is out of range; Write a whole number from 1 to 65535.",
          "error ini:6: section [a]: key 'packet': '1024' is unknown; Write one of 4096, 512.",
          "error ini:7: section [a]: key 'reject_wait_ms': '1s' is not a whole number; Write a whole number from 0 to 10000.",
        ]
      ),
      (
        "[a]\ntype = icinga2\nurl = http://m:5665\nuser = me\npassword = s3cret\n",
        [
          "error ini:3: section [a]: key 'url': 'http://m:5665' has the scheme 'http'; Write https://HOST:PORT, without a login."
        ]
      ),
      (
        "[a]\ntype = command\ncommand = send | tee\n",
        [
          "error ini:3: section [a]: key 'command': 'send | tee' needs a shell ('|'); Put it into a script and name the script here."
        ]
      ),
      (
        "[global]\nhost = {srv}\nservise = x\ntimeout = soon\nsummary = mon ; all\nmap_web1 = x\n"
          + target,
        [
          "error ini:2: [global] key 'host': '{srv}' has the unknown word '{srv}'; Use {section}, {server_name}, {type}, {backup_host}.",
          "warning ini:3: [global] unknown key 'servise'; Did you mean 'service'?",
          "error ini:4: [global] key 'timeout': 'soon' is not a time span; Write a number of seconds, or one with a unit: 90s, 15m, 30h, 1d12h.",
          "error ini:5: [global] key 'summary': 'mon' is not a host and its service; Write 'HOST;SERVICE', with no blank before the ';', or 'off'.",
          "error ini:6: [global] key 'map_web1': 'x' is not a host and its service; Write 'HOST;SERVICE', with no blank before the ';', or 'off'.",
        ]
      ),
    ] as [(String, [String])])
  func file(_ text: String, _ wanted: [String]) {
    #expect(Self.told(MonitoringSettingsTests.settings(text).problems) == wanted)
  }

  @Test(
    "is told where keys of a target do not fit each other",
    arguments: [
      ("", "has no login"), ("user = me", "one of 'user' and 'password'"),
      ("password_file = /p", "one of 'user' and 'password'"),
      ("client_cert = /c", "one of 'client_cert' and 'client_key'"),
      ("client_key = /k\nuser = me\npassword = s3cret", "one of 'client_cert' and 'client_key'"),
      ("user = me\npassword_file = /p", nil), ("client_cert = /c\nclient_key = /k", nil),
    ] as [(String, String?)])
  func icinga(_ lines: String, _ problem: String?) {
    let problems = MonitoringSettingsTests.settings(
      "[a]\ntype = icinga2\nurl = https://m:5665\n\(lines)\n"
    ).problems
    #expect(problems.count == (problem == nil ? 0 : 1))
    for found in problems {
      #expect(found.description.hasPrefix("tisbackup-monitoring.ini:1: section [a]: has "))
      #expect(found.message.contains(problem ?? "-") && found.hint?.hasSuffix(".") == true)
    }
  }

  @Test("concerns the target it is in, and no other")
  func errors() throws {
    let settings = MonitoringSettingsTests.settings("[bad]\ntype = nrdp\n" + Self.target)
    #expect(settings.errors(of: settings.targets[0]).count == 2)
    #expect(settings.errors(of: settings.targets[1]) == [])
  }

  @Test("never shows a secret")
  func secrets() {
    let settings = MonitoringSettingsTests.settings(
      "[a]\ntype = nsca\nserver = web1\npassword = s3cret\npasword = other-s3cret\n")
    #expect(!"\(settings.problems)".contains("s3cret"))
  }

  private func names(_ globals: String, _ target: String = target) throws -> [String] {
    let settings = MonitoringSettingsTests.settings("[global]\n\(globals)\n\(target)")
    return Self.told(
      settings.nameProblems(for: try MonitoringSettingsTests.sections(), backupHost: "backup1"))
  }

  @Test(
    "is told of names that cannot be, of two subjects with one name, and of maps of nothing",
    arguments: [
      ("", []), ("map_web1 = off\nmap_db1 = off", []), ("service = off", []),
      (
        "service = backup;{section}",
        [
          "error ini:2: web1 cannot be announced: the service 'backup;web1' has a ';' in its name; Name it with 'map_web1 = HOST;SERVICE'.",
          "error ini:2: DB1 cannot be announced: the service 'backup;DB1' has a ';' in its name; Name it with 'map_DB1 = HOST;SERVICE'.",
        ]
      ),
      (
        "host = h\nservice = backup",
        [
          "error ini:3: DB1 and web1 are announced to one service, h!backup; Put '{section}' into 'service', or name one with 'map_SECTION = HOST;SERVICE'."
        ]
      ),
      (
        "export_service = backup-{section}",
        [
          "error ini:2: export of web1 and web1 are announced to one service, web1.example.com!backup-web1; Put '{section}' into 'service', or name one with 'map_SECTION = HOST;SERVICE'.",
          "error ini:2: export of DB1 and DB1 are announced to one service, backup1!backup-DB1; Put '{section}' into 'service', or name one with 'map_SECTION = HOST;SERVICE'.",
        ]
      ),
      (
        "summary = a;b=c",
        [
          "error ini:2: summary cannot be announced: the service 'b=c' has a '=' in its name; Change 'summary'."
        ]
      ),
      (
        "export_service = e-{section}\nexport_map_web1 = a;b?",
        [
          "error ini:3: export of web1 cannot be announced: the service 'b?' has a '?' in its name; Name it with 'export_map_web1 = HOST;SERVICE'."
        ]
      ),
      (
        "map_web2 = a;b\nexport_map_wbe1 = a;c\nmap_elsewhere = off",
        [
          "warning ini:2: [global] key 'map_web2' names no section of the backup ini; Did you mean 'map_web1'?",
          "warning ini:3: [global] key 'export_map_wbe1' names no section of the backup ini; Did you mean 'export_map_web1'?",
          "warning ini:4: [global] key 'map_elsewhere' names no section of the backup ini; Take the line away.",
        ]
      ),
    ] as [(String, [String])])
  func nameTable(_ globals: String, _ wanted: [String]) throws {
    #expect(try names(globals) == wanted)
  }

  @Test("is told of names that one of the targets would cut")
  func limits() throws {
    let long = "host = \(String(repeating: "h", count: 64))"
    #expect(try names(long) == [])
    let both = Self.target + "[far]\ntype = nsca\nserver = web1\n"
    let problems = try names(long, both)
    #expect(problems.count == 2)
    #expect(problems.allSatisfy { $0.contains("has 64 bytes, 63 at most; Name it with") })
  }
}
