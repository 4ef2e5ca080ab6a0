import Monitoring
import PassiveChecks
import TISBackupCore
import Testing

@Suite("a command of Nagios")
struct ExternalCommandTests {
  @Test("has its time, its names, its code, and its lines in one")
  func line() {
    #expect(
      ExternalCommand.line(.sample(.warning))
        == "[1795457454] PROCESS_SERVICE_CHECK_RESULT;web1;backup-web1;1;"
        + "TISBACKUP WARNING - web1: last OK 22h ago | 'web1_age'=79200s\n")
    let line = ExternalCommand.line(.large(sections: 4))
    #expect(line.hasSuffix("\\n/_ [OK] s3 - last OK 2h ago\n"))
    #expect(line.filter { $0 == "\n" }.count == 1)
  }

  @Test("is never longer than what a pipe takes whole", arguments: [1, 50, 60, 70, 500, 3000])
  func limit(_ sections: Int) {
    let line = ExternalCommand.line(.large(sections: sections))
    #expect(line.utf8.count <= 4096)
    if sections >= 70 { #expect(line.utf8.count > 3500, "wastes its room") }
    #expect(line.filter { $0 == "\n" }.count == 1)
    #expect(
      line.hasPrefix("[1795457454] PROCESS_SERVICE_CHECK_RESULT;web1;backup-web1;2;TISBACKUP"))
    #expect(!line.contains("\n\\") && !line.hasSuffix("\\\n"))
  }

  @Test("fits with the longest names there are")
  func longNames() {
    let result = PassiveResult.large(
      host: String(repeating: "h", count: 255), service: String(repeating: "é", count: 127),
      sections: 300)
    #expect(ExternalCommand.line(result).utf8.count <= 4096)
  }
}

@Suite("the input of send_nsca")
struct SendNSCAInputTests {
  @Test("has tabs between fields, ETB between results, and nothing after the last")
  func several() {
    #expect(
      SendNSCAInput.text([.sample(), .sample(.critical, "a\tb\\c", service: "export-web1")])
        == "web1\tbackup-web1\t0\tTISBACKUP OK - web1: last OK 22h ago | 'web1_age'=79200s\u{17}"
        + "web1\texport-web1\t2\tTISBACKUP CRITICAL - web1: a b/c | 'web1_age'=79200s")
    #expect(SendNSCAInput.text([]) == "")
  }

  @Test("has one line of a size that all of them take", arguments: [4095, 511, 20])
  func limit(_ limit: Int) {
    let result = PassiveResult.large(
      host: String(repeating: "h", count: 255), service: String(repeating: "s", count: 255),
      sections: 500)
    let text = SendNSCAInput.text([result], textLimit: limit)
    let fields = text.split(separator: "\t", omittingEmptySubsequences: false)
    #expect(fields.count == 4 && fields.allSatisfy { !$0.isEmpty })
    #expect(fields[3].utf8.count <= limit)
    #expect(text.utf8.count <= 5000 && !text.contains("\n"))
  }
}
