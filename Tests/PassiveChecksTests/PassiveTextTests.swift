import Monitoring
import PassiveChecks
import Testing

@Suite("the text of a passive result")
struct PassiveTextTests {
  @Test("is one clean line, or as many as a server takes, and never has a backslash or is empty")
  func rule() {
    let report = PassiveResult.sample(.warning, "C:\\new\tand\nmore | x;y\u{0}").report
    #expect(
      PassiveText.line(report, limit: 4095)
        == "TISBACKUP WARNING - web1: C:/new and more / x;y | 'web1_age'=79200s")
    #expect(PassiveText.prose(report) == "TISBACKUP WARNING - web1: C:/new and more / x;y")
    let several = Report(
      plugin: "TISBACKUP",
      items: ["a", "b"].map { .init(name: $0, state: .critical, text: "old", perfdata: []) })
    #expect(
      PassiveText.lines(several, limit: nil)
        == "TISBACKUP CRITICAL - 2 of 2 sections: a old, b old\n/_ [CRITICAL] a - old\n/_ [CRITICAL] b - old"
    )
    #expect(!PassiveText.line(several, limit: 4095).contains("\n"))
  }

  @Test("ends between characters, and figures go whole", arguments: Array(20...200))
  func cut(_ limit: Int) {
    let report = PassiveResult.sample(
      .critical, String(repeating: "é👩‍👩‍👧 ", count: 40)
    ).report
    let text = PassiveText.line(report, limit: limit)
    #expect(text.utf8.count <= limit)
    #expect(!text.isEmpty && !text.contains("\u{FFFD}"))
    #expect(!text.contains("|") || text.hasSuffix("'web1_age'=79200s"))
  }

  @Test("tells a lone section at length where no list could")
  func headline() {
    let report = PassiveResult.sample(.critical, String(repeating: "long ", count: 100)).report
    #expect(PassiveText.line(report, limit: 4095).utf8.count > 500)
  }
}
