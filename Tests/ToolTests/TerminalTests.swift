import Foundation
import TISBackupTestSupport
import Testing

@Suite("on a terminal", .scratch)
struct TerminalTests {
  /// Runs a command line on a pseudo terminal of so many columns; gives what it shows.
  private func terminal(_ words: [String], columns: Int = 80, environment: String = "")
    async throws -> String
  {
    let quoted = words.map { "'\($0.replacing("'", with: #"'\''"#))'" }.joined(separator: " ")
    // The runner of tests may ask for no colours itself.
    let line = "stty cols \(columns); env -u NO_COLOR \(environment) \(quoted)"
    let result = try await program(["script", "-qec", line, "/dev/null"])
    return result.stdout.replacing("\r\n", with: "\n")
  }

  @Test("a table is aligned, coloured, and no line is wider than the terminal")
  func table() async throws {
    let server = try await OldServer.make(OldServer.section("web1") + OldServer.section("db1"))
    try await server.add(.init(ago: 2))
    try await server.add(
      .init(
        section: "db1", ago: 2, status: "ERROR", hasLocation: false,
        log: String(repeating: "long ", count: 100)))
    let words = [toolPath("tisbackup-status"), "-c", server.ini]
    for columns in [40, 80] {
      let shown = try await terminal(words, columns: columns)
      let plain = shown.replacing(#/\u{1b}\[[0-9;]*m/#, with: "")
      #expect(plain.split(separator: "\n").count == 3)
      #expect(plain.split(separator: "\n").allSatisfy { $0.count <= columns }, "\(plain)")
      #expect(plain.contains("…"))
    }
    let wide = try await terminal(words, columns: 100)
    #expect(wide.contains("\u{1b}[31mERROR\u{1b}[0m"))
    #expect(wide.contains("\u{1b}[32mOK\u{1b}[0m"))
    #expect(try await !terminal(words, environment: "NO_COLOR=1").contains("\u{1b}["))
    #expect(try await !server.tool("tisbackup-status").stdout.contains("\u{1b}["))
  }

  @Test("a run tells its story and its progress, and takes the live line away again")
  func progress() async throws {
    let site = try await Site.start()
    let bytes = Data(repeating: 7, count: 400_000)
    try bytes.write(to: URL(filePath: "\(site.source)/large.bin"))
    try site.configure(site.section("web1", "bwlimit = 150"))
    let shown = try await terminal([toolPath("tisbackup-run"), "-c", site.ini], columns: 60)
    #expect(shown.contains("[web1] begins"))
    #expect(shown.contains("%"))
    #expect(shown.contains("\r\u{1b}[J"))
    #expect(shown.contains("web1     OK") || shown.contains("OK"))
    // The log has the story and nothing of the live line.
    let log = try #require(names("\(site.base)/log").first { $0.hasSuffix(".log") })
    #expect(!(try text("\(site.base)/log/\(log)").contains("%")))
  }

  @Test("a cleanup shows how far it is, and takes that line away again")
  func cleanup() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    let old = try await server.add(.init(ago: 2000))
    try await server.add(.init(ago: 1))
    let many = "cd \"$1\"; for d in $(seq 400); do mkdir $d; (cd $d; touch $(seq 100)); done"
    #expect(try await program(["sh", "-c", many, "sh", old]).status == 0)
    let words = [toolPath("tisbackup-cleanup"), "-c", server.ini]
    let dry = try await terminal(words + ["--dry-run"], columns: 70)
    #expect(dry.contains("measures what would go") && dry.contains("would be freed"))
    let shown = try await terminal(words, columns: 70)
    #expect(shown.contains("removes \(URL(filePath: old).lastPathComponent), "))
    #expect(shown.contains("\r\u{1b}[J"))
    #expect(!exists(old))
  }
}
