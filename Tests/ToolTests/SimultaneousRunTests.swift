import Foundation
import TISBackupTestSupport
import Testing

/// Several runs at once, and one of several sections that is stopped.
@Suite("runs beside each other", .scratch, .timeLimit(.minutes(2)))
struct SimultaneousRunTests {
  private let names = ["web1", "web2", "web3", "web4", "web5", "web6"]

  private func sections(_ site: Site, _ more: String = "") -> String {
    names.map { site.section($0, more) }.joined()
  }

  @Test func `a second run skips what is at work, takes the rest, and waits for nobody`()
    async throws
  {
    let site = try await Site.start()
    try site.addSlowFile(seconds: 20)
    let both = site.section("web1", "bwlimit = 100") + site.section("web2")
    try site.configure(both)
    var second: ToolResult?
    let first = try await site.run("-s", "web1") {
      try await site.waitForCopy(of: "slow.bin")
      second = try await site.run()
      #expect(try await site.newest("web1") == "Running: ")
    }
    #expect(first.status == 0, "\(first.stderr)")
    let result = try #require(second)
    #expect(result.status == 1)
    #expect(result.stderr.contains("[web1] skipped: another run"), "\(result.stderr)")
    #expect(
      try await site.rows("SELECT backup_name, status FROM stats ORDER BY rowid")
        == ["web1|OK", "web2|OK"])
    try site.configure(site.section("web1") + site.section("web2"))
    try await site.expectNextRun()
  }

  @Test func `five at the same instant on an empty base: none fails for that`() async throws {
    let site = try await Site.start()
    try site.configure(sections(site))
    let results = try await withThrowingTaskGroup(of: ToolResult.self) { group in
      for _ in 0..<5 { group.addTask { try await site.run() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for result in results { #expect(result.status <= 1, "\(result.stderr)") }
    let rows = try await site.rows("SELECT DISTINCT backup_name, status FROM stats ORDER BY 1")
    #expect(rows == names.map { "\($0)|OK" })
    try await site.expectNoLie()
    #expect(try text("\(site.folder)/state/bases") == "\(site.base)\n")
    try await site.expectNextRun()
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `asked to stop: those at work say so, the others never begin, and nothing is left behind`(
    _ number: Int32
  ) async throws {
    let site = try await Site.start()
    try site.addSlowFile(seconds: 60)
    try site.configure(sections(site, "bwlimit = 100"), global: "parallel_per_server = 9")
    let result = try await site.run("-j", "4") {
      for name in names.prefix(4) { try await site.waitForCopy(of: "slow.bin", in: name) }
      site.signal(number)
    }
    let signal = number == SIGTERM ? "SIGTERM" : "SIGINT"
    #expect(result.status == 2)
    for name in names.prefix(4) {
      #expect(result.stderr.contains("section [\(name)]: interrupted by \(signal)"))
      #expect(try await site.newest(name)?.hasPrefix("ERROR: interrupted by \(signal)") == true)
      site.expectNoProgram(of: name)
    }
    for name in names.suffix(2) {
      let told = result.stdout.split(separator: "\n").first { $0.hasPrefix(name) }
      #expect(told?.contains("not begun, interrupted by \(signal)") == true, "\(result.stdout)")
      #expect(try await site.newest(name) == nil)
    }
    for name in [""] + names.map({ "\($0)/" }) where exists("\(site.base)/\(name).lock") {
      let free = try await program(["flock", "-n", "\(site.base)/\(name).lock", "true"])
      #expect(free.status == 0)
    }
    try await site.expectNoLie()
    try site.configure(sections(site))
    try await site.expectNextRun()
  }
}
