import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

/// The pages in `nagios/` about reporting say what the programs do.
@Suite("pages about reporting", .scratch)
struct ReportPagesTests {
  static let pages = ["report-to-nagios.md", "report-to-icinga2.md"]

  /// The blocks between lines of three back-ticks, and the word behind the first of them.
  private func blocks(_ page: String) throws -> [(kind: String, text: String)] {
    try text(shippedFile(page)).matches(of: #/(?m)^```(\w*)\n((?:(?!```).*\n)*)```$/#).map {
      (String($0.1), String($0.2))
    }
  }

  @Test("every ini it shows is sound, alone or after the first one's [global]", arguments: pages)
  func inis(_ page: String) throws {
    let inis = try blocks(page).filter { $0.kind == "ini" }.map(\.text)
    #expect(!inis.isEmpty)
    for ini in inis {
      let settings = MonitoringSettings(
        document: INIDocument(parsing: Array(ini.utf8), path: "tisbackup-monitoring.ini"))
      #expect(settings.problems == [], "\(ini)")
      #expect(settings.targets.count == 1)
    }
  }

  @Test(
    "the object it shows is what the plugin prints", arguments: zip(pages, ["nagios", "icinga2"]))
  func objects(_ page: String, _ form: String) async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    let ini = try #require(try blocks(page).first { $0.kind == "ini" }).text
    try write(ini, to: "\(server.folder)/tisbackup-monitoring.ini")
    let printed = try await PassiveNagiosTests.generated(server, form)
    let shown = try blocks(page).map(\.text).filter {
      $0.hasPrefix("define service {") || $0.hasPrefix("object Host")
    }
    #expect(shown.count == 1)
    for object in shown { #expect(printed.contains(object), "\(printed)") }
  }

  @Test(
    "every file of nagios/ and contrib/ that a page names is there",
    arguments: pages + ["README.md"])
  func links(_ page: String) throws {
    let text = try text(shippedFile(page))
    for link in text.matches(of: #/\]\(([^)]+)\)/#) where !link.1.hasPrefix("https://") {
      #expect(exists(shippedFile(String(link.1))), "\(page): \(link.1)")
    }
    for name in text.matches(of: #/(?: |^)((?:nagios|contrib)\/[\w.\/-]+\w)/#) {
      #expect(exists(shippedFile("../\(name.1)")), "\(page): \(name.1)")
    }
  }

  @Test("every option of check_tisbackup --generate it names is one", arguments: pages)
  func options(_ page: String) async throws {
    let help = try await tool("check_tisbackup", ["--help"]).stdout
    let lines = try text(shippedFile(page)).split(separator: "\n").filter {
      $0.contains("check_tisbackup --generate")
    }
    #expect(!lines.isEmpty)
    for option in lines.joined(separator: " ").matches(of: #/ (--[a-z][a-z-]+)/#) {
      #expect(help.contains(option.1), "\(option.1)")
    }
  }
}
