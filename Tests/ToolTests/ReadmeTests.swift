import BackupDrivers
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("what is written for people is true", .scratch)
struct ReadmeTests {
  private static let top = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let readme = top.appending(path: "README.md")

  /// The table of types and keys, from the schema.
  private var types: String {
    let rows = BackupTypes.all.map { type in
      let isTaken = BackupDrivers.all.contains { $0.type.name == type.name }
      let names = ([type.name] + type.aliases).map { "`\($0)`" }.joined(separator: ", ")
      return "| \(names) | \(isTaken ? "yes" : "") | \(cells(type.keys)) |"
    }
    return """
      | type | taken | required keys | optional keys |
      |---|---|---|---|
      \(rows.joined(separator: "\n"))
      | all of them | | \(cells(Key.common)) |
      | `[global]` alone | | \(cells(Key.globalOnly)) |
      """
  }

  private func cells(_ keys: [Key]) -> String {
    [true, false].map { required in
      keys.filter { $0.isRequired == required }.map { "`\($0.name)`" }.joined(separator: " ")
    }.joined(separator: " | ")
  }

  @Test("the table of types is that of the schema")
  func table() throws {
    let text = try String(contentsOf: Self.readme, encoding: .utf8)
    let start = try #require(text.range(of: "<!-- types:.*-->\n", options: .regularExpression))
    let end = try #require(text.range(of: "<!-- end of types -->"))
    let fresh = text[..<start.upperBound] + types + "\n" + text[end.lowerBound...]
    guard text != fresh else { return }
    guard ProcessInfo.processInfo.environment["RECORD"] != nil else {
      Issue.record("README.md is stale: RECORD=1 contrib/test --filter ReadmeTests")
      return
    }
    try String(fresh).write(to: Self.readme, atomically: true, encoding: .utf8)
    Issue.record("README.md was written; review the diff and run again without RECORD")
  }

  @Test("every option it names is one of the tool it names")
  func options() async throws {
    let text = try String(contentsOf: Self.readme, encoding: .utf8)
    for name in HelpTests.names {
      let help = try await tool(name, ["--help"]).stdout
      let lines = text.split(separator: "\n").filter {
        $0.contains("`\(name)`") || $0.hasPrefix("$ \(name)")
      }
      #expect(lines.count >= 2, "README.md shows \(name) and what it is for")
      for option in lines.joined(separator: " ").matches(of: #/ `?(--[a-z][a-z-]+)/#) {
        #expect(help.contains(option.1), "\(name) has no \(option.1)")
      }
    }
  }

  @Test("every figure the plugin tells is in the table of figures")
  func figures() async throws {
    let text = try String(contentsOf: Self.readme, encoding: .utf8)
    let site = try await Site.start()
    #expect(try await site.run("-q").status == 0)
    let line = try await site.check().stdout.split(separator: "\n").first ?? ""
    let labels = line.matches(of: #/'([a-z0-9_]+)'=/#).map {
      $0.1.replacing("web1_", with: "NAME_")
    }
    #expect(labels.count > 15)
    for label in labels { #expect(text.contains("`\(label)`"), "\(label)") }
  }

  @Test("every file it links to is there")
  func links() throws {
    let text = try String(contentsOf: Self.readme, encoding: .utf8)
    for link in text.matches(of: #/\]\(([^)]+)\)/#) where !link.1.hasPrefix("https://") {
      if link.1.hasPrefix("#") {
        let title = link.1.dropFirst().replacing("-", with: " ")
        #expect(text.lowercased().contains("\n## \(title)\n"), "\(link.1)")
      } else {
        #expect(exists(Self.top.appending(path: String(link.1)).path), "\(link.1)")
      }
    }
  }

  @Test("the sample ini has not one problem")
  func sample() async throws {
    let ini = Self.top.appending(path: "contrib/tisbackup-config.ini").path
    let result = try await tool("tisbackup-run", ["-c", ini, "--check-config"])
    #expect(result.status == 0, "\(result.stdout)")
  }
}
