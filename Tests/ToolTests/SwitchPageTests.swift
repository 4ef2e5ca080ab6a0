import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

/// `contrib/doc/switches.md`: its tables are the models and keys there are, its samples are read.
@Suite("the page about switches", .scratch)
struct SwitchPageTests {
  private static let page = shippedFile("../contrib/doc/switches.md")

  @Test("every model is in its table, with its ways and the file it leaves")
  func models() throws {
    let lines = try text(Self.page).split(separator: "\n")
    for model in SwitchModels.builtIn {
      let row = try #require(lines.first { $0.hasPrefix("| `\(model.name)` | \(model.summary)") })
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      #expect(cells.count == 4 && cells[2].hasPrefix(model.transport.rawValue), "\(row)")
      #expect(cells[3] == "`\(model.suffix)`", "\(row)")
    }
    #expect(
      lines.count { $0.hasPrefix("| `") && $0.contains(" telnet") } <= SwitchModels.builtIn.count)
  }

  @Test("every key of a model file is in its table, as the schema has it")
  func keys() throws {
    let page = try text(Self.page)
    for key in Key.switchModel {
      #expect(page.contains("\n| `\(key.name)` | \(key.help) |"), "\(key.name)")
    }
  }

  @Test("its model is one, and its section is sound with it")
  func samples() throws {
    let blocks = try text(Self.page).components(separatedBy: "```")
    let own = try #require(blocks.first { $0.hasPrefix("ini\n[model]") }).dropFirst("ini".count)
    let folder = "\(ScratchDirectory.path)/switches"
    try makeFolder(folder)
    let path = try write(String(own), to: "\(folder)/OLD.ini")
    #expect(SwitchModelFile.problems(in: path) == [])
    let model = try SwitchModelFile(path: path).model
    #expect(model.enable == "enable 15" && model.commands == ["show startup-config"])
    #expect(model.greetings == [.init(#"*accept the terms? \[y/n\]*"#, "y^M")])
    let section = try #require(blocks.first { $0.contains("[sw-core]") })
    let options = try #require(blocks.first { $0.contains("ssh_options") })
    let configuration = try Configuration.parse(
      """
      [global]
      backup_base_dir = /backup
      backup_retention_time = 30
      maximum_backup_age = 30
      switch_models = \(folder)
      \(section.replacing("= CISCO", with: "= OLD"))\(options)
      """)
    #expect(configuration.problems == [])
    #expect(SwitchModels.problems(in: configuration) == [])
  }
}
