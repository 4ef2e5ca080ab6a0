import TISBackupCore
import Testing

@Suite("the name of an announced service")
struct AnnouncedNameTests {
  @Test(
    "that Nagios can have has no problem",
    arguments: [
      ("web1", "backup-web1"), ("web1.example.com", "Backup of web1/srv: daily"),
      ("h", String(repeating: "s", count: 255)), ("größe", "Sicherung [äöü] #1 {x}"),
    ])
  func sound(_ host: String, _ service: String) {
    let name = AnnouncedName(host: host, service: service)
    #expect(name.problem(limits: nil) == nil)
    #expect(name.description == "\(host)!\(service)")
  }

  @Test(
    "that Nagios cannot have says why",
    arguments: [
      ("", "s", "the host has no name"), ("h", "", "the service has no name"),
      (" h", "s", "the host ' h' begins or ends with a blank"),
      ("h", "s ", "the service 's ' begins or ends with a blank"),
      ("h\ti", "s", "the host 'h i' has a control character in its name"),
      ("h", "s\n[1] X", "the service 's [1] X' has a control character in its name"),
      ("h", "s\u{9B}31m", "the service 's 31m' has a control character in its name"),
      ("h", "s\u{7F}", "the service 's ' has a control character in its name"),
      ("h\0", "s", "the host 'h ' has a control character in its name"),
      (
        String(repeating: "h", count: 256), "s",
        "the host '\(String(repeating: "h", count: 256))' has 256 bytes, 255 at most"
      ),
    ])
  func unsound(_ host: String, _ service: String, _ problem: String) {
    #expect(AnnouncedName(host: host, service: service).problem(limits: nil) == problem)
  }

  @Test("has none of the characters that Nagios or a way there takes for something else")
  func characters() {
    for character in "`~!$%^&*|'\"<>?,()=;\\" {
      let name = AnnouncedName(host: "a\(character)b", service: "s")
      #expect(
        name.problem(limits: nil) == "the host 'a\(character)b' has a '\(character)' in its name")
      #expect(AnnouncedName(host: "h", service: "\(character)").problem(limits: nil) != nil)
    }
  }

  @Test("is as long as its way carries, in bytes, not in letters")
  func limits() {
    let limits = (host: 63, service: 127)
    let long = AnnouncedName(
      host: String(repeating: "é", count: 31) + "x", service: String(repeating: "s", count: 127))
    #expect(long.problem(limits: limits) == nil)
    let host = String(repeating: "é", count: 32)
    #expect(
      AnnouncedName(host: host, service: "s").problem(limits: limits)
        == "the host '\(host)' has 64 bytes, 63 at most")
    let service = String(repeating: "s", count: 128)
    #expect(
      AnnouncedName(host: "h", service: service).problem(limits: limits)
        == "the service '\(service)' has 128 bytes, 127 at most")
  }
}

@Suite("the template of a name")
struct NameTemplateTests {
  private static let values = [
    "section": "web1", "server_name": "web1.example.com", "type": "rsync", "backup_host": "b1",
  ]

  @Test(
    "has each word replaced, and nothing else",
    arguments: [
      ("backup-{section}", "backup-web1"), ("plain", "plain"), ("", ""),
      ("{section}{type}", "web1rsync"), ("{server_name}/{backup_host}", "web1.example.com/b1"),
      ("a}b{section}c", "a}bweb1c"), ("{{section}}", "{{section}}"), ("{x}", "{x}"),
      ("{section", "{section"), ("{}", "{}"),
    ])
  func filled(_ template: String, _ name: String) {
    #expect(NameTemplate(template).filled(Self.values) == name)
  }

  @Test("does not fill what a value brings along")
  func once() {
    #expect(
      NameTemplate("{section}-{type}").filled(["section": "{type}", "type": "x"]) == "{type}-x")
  }

  @Test(
    "has no other words",
    arguments: [
      ("backup-{section}", nil), ("plain } text", nil), ("{sektion}", "sektion"), ("{}", ""),
      ("{section}{Type}", "Type"), ("{{section}}", "{section"), ("a{b c}", "b c"),
    ] as [(String, String?)])
  func unknown(_ template: String, _ word: String?) {
    #expect(NameTemplate(template).unknownWord == word)
  }

  @Test("is told what is wrong with it")
  func problem() {
    let key = Key.announcedService
    let known = "Use {section}, {server_name}, {type}, {backup_host}."
    #expect(key.problem(with: "backup-{section}") == nil)
    #expect(key.problem(with: "{sektion}")?.message == "has the unknown word '{sektion}'")
    #expect(key.problem(with: "{sektion}")?.hint == known)
    #expect(key.problem(with: "backup-{section")?.message == "has a '{' that is not closed")
    #expect(key.problem(with: "backup-{section")?.hint == known)
    #expect(
      Key.announcedSummary.problem(with: "{backup_host")?.message == "is not a host and its service"
    )
    #expect(
      Key.announcedSummary.problem(with: "{backup_host;x")?.message
        == "has a '{' that is not closed")
    for bad in ["", ";", "a;", ";b", " ; "] {
      #expect(
        Key.announcedSummary.problem(with: bad)?.hint
          == "Write 'HOST;SERVICE', with no blank before the ';', or 'off'.")
    }
    for good in ["off", "OFF", "a;b", "{backup_host}; all sections "] {
      #expect(Key.announcedSummary.problem(with: good) == nil)
    }
  }
}
