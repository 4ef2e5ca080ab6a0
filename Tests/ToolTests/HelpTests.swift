import Foundation
import TISBackupTestSupport
import Testing

@Suite("help, version and completion")
struct HelpTests {
  static let names = [
    "check_tisbackup", "tisbackup-run", "tisbackup-cleanup", "tisbackup-export",
    "tisbackup-register", "tisbackup-status", "tisbackup-submit", "tisbackup-verify",
    "tisbackup-gui",
  ]

  @Test("--help is the page everybody agreed on, with an example", arguments: names)
  func help(_ name: String) async throws {
    let result = try await tool(name, ["--help"], environment: ["COLUMNS": "80"])
    #expect(result.status == (name == "check_tisbackup" ? 3 : 0))
    #expect(result.stdout.contains("Example: \(name)"))
    #expect(result.stderr == "")
    try expectGolden(result.stdout, "\(name).help.txt")
  }

  @Test("--version is one line on stdout", arguments: names)
  func version(_ name: String) async throws {
    let result = try await tool(name, ["--version"])
    #expect(result.status == (name == "check_tisbackup" ? 3 : 0))
    #expect(result.stdout.contains("0.1.0"))
    #expect(result.stdout.split(separator: "\n").count == 1)
  }

  @Test("shells can complete every option", arguments: names)
  func completion(_ name: String) async throws {
    for shell in ["bash", "zsh", "fish"] {
      let result = try await tool(name, ["--generate-completion-script", shell])
      #expect(result.stdout.contains("config"), "\(shell)")
      #expect(result.stdout.contains(name))
    }
    let script = try await tool(name, ["--generate-completion-script", "bash"])
    let checked = try await program(["bash", "-n"], input: script.stdout)
    #expect(checked.status == 0, "\(checked.stderr)")
  }

  @Test("--list-drivers tells every type and key, as a page and as JSON")
  func drivers() async throws {
    let page = try await tool("tisbackup-run", ["--list-drivers"])
    #expect(page.status == 0)
    try expectGolden(page.stdout, "list-drivers.txt")
    let document = try await tool("tisbackup-run", ["--list-drivers", "--json"])
    let types = try #require(try json(document.stdout) as? [[String: Any]])
    #expect(types.compactMap { $0["type"] as? String }.contains("rsync+ssh"))
    #expect(types.allSatisfy { ($0["keys"] as? [[String: Any]])?.isEmpty == false })
  }
}
