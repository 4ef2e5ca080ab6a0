import TISBackupCore
import TISBackupTestSupport
import Testing

/// What the monitoring ini makes of the names of sections.
@Suite("names of what is announced")
struct NamedSubjectTests {
  private static let sections = ["a", "b"].map { name in
    Section(
      name: name,
      values: [
        "type": .init("rsync", line: 1), "server_name": .init("\(name).example.com", line: 2),
      ])
  }

  private func named(_ lines: String) -> [NamedSubject] {
    settings(lines).namedSubjects(of: Self.sections, backupHost: "backup1")
  }

  private func settings(_ lines: String) -> MonitoringSettings {
    MonitoringSettings(
      document: INIDocument(parsing: Array("[global]\n\(lines)\n".utf8), path: "m.ini"))
  }

  @Test(
    "a subject has its service, or a reason for none",
    arguments: [
      ("", ["a.example.com!backup-a", "b.example.com!backup-b"]),
      ("host = {backup_host}", ["backup1!backup-a", "backup1!backup-b"]),
      ("map_b = x;y", ["a.example.com!backup-a", "x!y"]),
      ("map_b = off", ["a.example.com!backup-a", "silenced"]),
      ("map_b = y", ["a.example.com!backup-a", "m.ini:2"]),
      ("host = one\nservice = all", ["one!all", "m.ini:3"]),
      ("host = {nobody}", ["m.ini:2", "m.ini:2"]),
      ("host = {nobody}\nmap_a = x;y", ["x!y", "m.ini:2"]),
      ("service = 'it'", ["m.ini:2", "m.ini:2"]),
      (
        "summary = x;backup\nhost = x\nservice = backup\nmap_b = off",
        ["x!backup", "silenced", "m.ini:2"]
      ),
      ("summary = {section};all", ["a.example.com!backup-a", "b.example.com!backup-b", "m.ini:2"]),
    ])
  func namings(_ lines: String, _ expected: [String]) {
    let found = named(lines).map { subject in
      switch subject.naming {
      case .service(let name): "\(name)"
      case .silenced: "silenced"
      case .refused(let problem): problem.place ?? ""
      }
    }
    #expect(found == expected)
  }

  @Test("a key that is wrong is one problem of the file, not one more for each section")
  func once() {
    let settings = settings("host = {nobody}")
    #expect(settings.problems.filter { $0.severity == .error }.count == 1)
    #expect(settings.nameProblems(for: Self.sections, backupHost: "backup1") == [])
  }
}
