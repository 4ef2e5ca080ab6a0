import Foundation
import TISBackupTestSupport
import Testing

/// What lies in `nagios/` for monitoring servers is made from the plugin's own options.
@Suite("files for monitoring servers")
struct MonitoringFilesTests {
  @Test("the CheckCommand of Icinga 2 has every option")
  func command() async throws {
    let fresh = icingaCheckCommand(try await PluginOption.all())
    try expectShipped(fresh, "icinga2/tisbackup-command.conf")
  }

  @Test("the basket of Icinga Director has every option as a field")
  func basket() async throws {
    let fresh = try directorBasket(try await PluginOption.all())
    try expectShipped(fresh, "icinga-director/tisbackup.json")
  }

  @Test("no identifier of the basket is used twice")
  func identifiers() throws {
    let text = try text(shippedFile("icinga-director/tisbackup.json"))
    let found = text.matches(of: #/"uuid" : "([0-9a-f-]+)"/#).map { String($0.1) }
    #expect(found.count > 40)
    #expect(Set(found).count == found.count)
    #expect(found.allSatisfy { UUID(uuidString: $0) != nil })
  }

  @Test("every option a shipped file or a generated one uses is one of the plugin")
  func options() async throws {
    let known = Set(try await PluginOption.all().map { "--\($0.name)" })
    let folder = shippedFile("")
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".cfg") || $0.hasSuffix(".conf") || $0.hasSuffix(".md") }
    #expect(files.count >= 6)
    for file in files {
      for line in try text("\(folder)/\(file)").split(separator: "\n")
      where line.contains("/check_tisbackup ") {
        for option in line.matches(of: #/ (--[a-z-]+)/#) {
          #expect(known.contains(String(option.1)), "\(file): \(option.1)")
        }
      }
    }
  }

  /// Compares with a file of `nagios/`; run with `RECORD=1` to accept what is made today.
  private func expectShipped(_ fresh: String, _ name: String) throws {
    let path = shippedFile(name)
    guard ProcessInfo.processInfo.environment["RECORD"] == nil else {
      try fresh.write(toFile: path, atomically: true, encoding: .utf8)
      Issue.record("recorded \(name); review the diff and run again without RECORD")
      return
    }
    #expect(
      try text(path) == fresh,
      "nagios/\(name) is stale: RECORD=1 contrib/test --filter MonitoringFilesTests")
  }
}

/// A file of `nagios/`.
func shippedFile(_ name: String) -> String {
  URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "nagios/\(name)").path
}
