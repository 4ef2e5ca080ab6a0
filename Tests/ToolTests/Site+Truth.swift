import Foundation
import TISBackupTestSupport
import Testing

/// What must be so of a site, whatever befell its disk, its network or its clock.
extension Site {
  /// The sections that have a folder.
  private var sections: [String] {
    names(base).filter { exists("\(base)/\($0)/.lock") }
  }

  /// The catalog is sound, and what stands under the name of a finished backup is what it calls one.
  func expectNoLie(at location: SourceLocation = #_sourceLocation) async throws {
    #expect(try await rows("PRAGMA integrity_check") == ["ok"], sourceLocation: location)
    let recorded = try await rows(
      """
      SELECT backup_location FROM stats WHERE status IN ('OK', 'Warning') AND TYPE = 'BACKUP'
        ORDER BY backup_location
      """)
    let found = sections.flatMap { section in
      snapshots(section).map { "\(base)/\(section)/\($0)" }
    }
    #expect(found.sorted() == recorded, sourceLocation: location)
  }

  /// A tool that could not do its work, or not begin, says why, with the cure.
  func expect(
    _ result: ToolResult, _ status: Int32, saying words: [String],
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(result.status == status, "\(result.stderr)", sourceLocation: location)
    for word in words + ["HINT: "] {
      #expect(
        result.stderr.contains(word), "\(word) in \(result.stderr)", sourceLocation: location)
    }
  }

  /// The newest row of a section.
  func newest(_ section: String = "web1") async throws -> String? {
    try await rows(
      """
      SELECT status || ': ' || coalesce(log, '') FROM stats WHERE backup_name = '\(section)'
        ORDER BY rowid
      """
    ).last
  }

  /// The check answers, with these words.
  func expectCheck(
    _ status: Int32, _ words: String..., at location: SourceLocation = #_sourceLocation
  ) async throws {
    let result = try await check()
    #expect(result.status == status, "\(result.stdout)", sourceLocation: location)
    for word in words {
      #expect(
        result.stdout.contains(word), "\(word) in \(result.stdout)", sourceLocation: location)
    }
  }

  /// The next run, without help, is whole; all rows are ended, and the check is content.
  func expectNextRun(
    _ arguments: String..., at location: SourceLocation = #_sourceLocation
  ) async throws {
    let result = try await tool("tisbackup-run", arguments)
    #expect(result.status == 0, "\(result.stderr)", sourceLocation: location)
    for section in sections {
      let newest = try #require(snapshots(section).last, sourceLocation: location)
      let same = try await program(["diff", "-r", source, "\(base)/\(section)/\(newest)"])
      #expect(same.status == 0, "\(same.stdout)", sourceLocation: location)
      let unfinished = names("\(base)/\(section)").filter { $0.hasSuffix(".partial") }
      #expect(unfinished == [], sourceLocation: location)
    }
    #expect(
      try await rows("SELECT * FROM stats WHERE status = 'Running'") == [],
      sourceLocation: location)
    try await expectNoLie(at: location)
    try await expectCheck(0, "last OK ", at: location)
  }

  /// Runs a tool with a list of arguments.
  func tool(_ name: String, _ arguments: [String]) async throws -> ToolResult {
    try await TISBackupTestSupport.tool(name, ["-c", ini] + arguments)
  }

  /// Runs the tool, and does something when it is under way; gives how it ended.
  func run(_ arguments: String..., during act: () async throws -> Void) async throws -> ToolResult {
    async let result = tool("tisbackup-run", arguments)
    do { try await act() } catch { Issue.record(error) }
    return try await result
  }

  /// Waits until some of a file is in an unfinished backup.
  func waitForCopy(of file: String, in section: String = "web1") async throws {
    try await waitUntil("\(file) is on its way") {
      let found = try await program([
        "find", "\(base)/\(section)", "-path", "*.partial/*", "-name", "*\(file)*", "-size", "+0",
      ])
      return found.stdout.contains(file)
    }
  }
}
