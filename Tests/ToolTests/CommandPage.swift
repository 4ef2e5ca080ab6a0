import Foundation
import TISBackupTestSupport
import Testing

/// A chapter of a page that people copy commands from: its blocks between lines of three back-ticks,
/// in their order, each of which has to be executed.
final class CommandPage {
  /// A word of the page, and what stands in its place here.
  struct Word {
    var shown: String
    var real: String

    init(_ shown: String, _ real: String) { (self.shown, self.real) = (shown, real) }
  }

  private struct Block {
    var title: String
    var text: String
  }

  /// The only date the page shows.
  private static let shownDate = "20261124-04h23m29"

  /// What looks like the path of a file and is none, save the first.
  private static let harmless = ["/dev/null", "/CREATE", "/p", "/g"]

  private let words: [Word]
  private let dates: [String: String]
  private let environment: [String: String]
  private var left: [Block] = []
  private var unused: Set<String>

  /// Words are replaced in the order given; `dates` are those of the backups of sections.
  init(
    _ page: String, chapter: String, words: [Word], dates: [String: String],
    environment: [String: String]
  ) throws {
    (self.words, self.dates, self.environment) = (words, dates, environment)
    unused = Set(words.map(\.shown) + dates.keys)
    left = Self.blocks(try text(page)).filter { $0.chapter == chapter }.map {
      Block(title: $0.title, text: $0.text)
    }
    try #require(!left.isEmpty, "\(page) has no commands in a chapter '\(chapter)'")
  }

  /// The chapters of a page that hold commands.
  static func chapters(_ page: String) throws -> Set<String> {
    Set(blocks(try text(page)).map(\.chapter))
  }

  private static func blocks(_ page: String) -> [(chapter: String, title: String, text: String)] {
    var (chapter, title) = ("", "")
    var open: [String]?
    var found: [(chapter: String, title: String, text: String)] = []
    for line in page.components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        if let lines = open { found.append((chapter, title, lines.joined(separator: "\n"))) }
        open = open == nil ? [] : nil
      } else if open != nil {
        open?.append(line)
      } else if line.hasPrefix("## ") {
        (chapter, title) = (String(line.dropFirst(3)), "")
      } else if line.hasPrefix("### ") {
        title = String(line.dropFirst(4))
      }
    }
    return found
  }

  /// Runs the next block, which must stand under `title`, and fails unless it succeeds; gives what
  /// it printed.
  @discardableResult
  func run(_ title: String = "", at location: SourceLocation = #_sourceLocation) async throws
    -> String
  {
    let block = try #require(left.first, "no commands are left", sourceLocation: location)
    try #require(block.title == title, "the next commands are others", sourceLocation: location)
    left.removeFirst()
    let line = try translate(block.text)
    let result = try await program(
      ["sh", "-e", "-c", line], environment: environment,
      workingFolder: ScratchDirectory.path)
    try #require(
      result.status == 0, "\(line)\n\(result.stdout)\(result.stderr)", sourceLocation: location)
    return result.stdout
  }

  /// Puts the words of the test in; nothing may reach beyond its folder.
  private func translate(_ block: String) throws -> String {
    var line = block
    if let section = block.firstMatch(of: #/([\w-]+)\/2026/#).map({ String($0.1) }) {
      unused.remove(section)
      line.replace(Self.shownDate, with: try #require(dates[section], "\(block)"))
    }
    for word in words where line.contains(word.shown) {
      unused.remove(word.shown)
      line.replace(word.shown, with: word.real)
    }
    for path in line.matches(of: #/(?:^|[\s:'"=])(\/[\w.][\w.\/-]*)/#)
    where !Self.harmless.contains(String(path.1)) {
      try #require(
        path.1.hasPrefix(ScratchDirectory.path), "'\(path.1)' is no place of the test:\n\(line)")
    }
    return line
  }

  /// Fails when a block was not run, or a word stands in none.
  func expectFinished(at location: SourceLocation = #_sourceLocation) {
    for block in left {
      Issue.record("never run: \(block.title): \(block.text)", sourceLocation: location)
    }
    #expect(unused == [], "the page does not say this any more", sourceLocation: location)
  }
}
